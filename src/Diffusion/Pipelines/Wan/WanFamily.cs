using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.Wan;

/// <summary>Wan 2.1 and 2.2: words, or a picture, to clips.</summary>
internal sealed class WanFamily : IPipelineFamily
{
    public IReadOnlyList<string> ClassNames { get; } =
        ["WanPipeline", "WanImageToVideoPipeline", "WanVideoToVideoPipeline"];

    public ModelManifest Describe(PackageFolder files)
    {
        var config = WanConfig.Read(files);
        var isFine = config.SpatialRatio >= 16;
        var multiple = 2 * config.SpatialRatio;
        string[] words = ["text-to-video", "single-frame"];
        string[] start = ["start-frame"];
        return new ModelManifest
        {
            Name = "model",
            Version = 1,
            License = "NOASSERTION",
            Tasks = config.TakesGivenChannels ? config.EndTasks
                : config.HasTokenTimesteps && config.HasEncoder
                    ? [.. words, .. start]
                    : words,
            Sizes = isFine
                ? [new ModelFrameSize(1280, 704), new ModelFrameSize(704, 1280)]
                : [new ModelFrameSize(832, 480), new ModelFrameSize(480, 832)],
            SizeMultiple = multiple,
            MinSize = multiple,
            MaxWidth = 1280,
            MaxHeight = 1280,
            FrameCounts = new FrameCountGrid
            {
                Multiple = config.TemporalRatio,
                Offset = 1,
                Minimum = config.TakesGivenChannels ? 1 + config.TemporalRatio : 1,
                Maximum = 121,
            },
            DefaultFrameCount = isFine ? 121 : 81,
            FrameRate = isFine ? "24/1" : "16/1",
            Steps = new StepCountRange { Default = 50, Minimum = 1, Maximum = 200 },
            Guidance = new GuidanceScaleRange { Default = 5, Minimum = 1, Maximum = 20 },
            Samplers = SamplerNames.For(files),
            MemoryBytes = 1,
        };
    }

    public IEnumerable<string> MoreTasks(PackageFolder files) =>
        WanConfig.Read(files) is { HasEncoder: true, TakesGivenChannels: false }
            ? ["video-to-video"]
            : [];

    public DenoiserSize Measure(PackageFolder files, int width, int height, int frameCount)
    {
        var config = WanConfig.Read(files);
        var shape = config.ShapeOf(width, height, frameCount);
        var tokens = shape.FrameCount * (shape.Height / 2L) * (shape.Width / 2);
        return new DenoiserSize
        {
            Component = "transformer",
            BatchCount = 1,
            PlaceCount = tokens,
            Width = config.Width,
            TokenCount = tokens,
            HeadCount = config.HeadCount,
            PixelCount = config.MostFrames(frameCount)
                * VaeTiles.MostPixels(width, height, config.TileSize, config.SpatialRatio),
            PixelWidth = config.PixelWidth,
        };
    }

    public IClipPipeline Load(ModelPackage package, OnnxDevice device) =>
        Family.Load(package, () => new WanModel(package, device));
}
