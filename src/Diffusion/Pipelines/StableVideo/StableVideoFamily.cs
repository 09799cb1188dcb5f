using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.StableVideo;

/// <summary>Stable Video Diffusion: a picture to a clip that begins with it.</summary>
internal sealed class StableVideoFamily : IPipelineFamily
{
    public IReadOnlyList<string> ClassNames { get; } = ["StableVideoDiffusionPipeline"];

    public ModelManifest Describe(PackageFolder files)
    {
        var config = StableVideoConfig.Read(files);
        var multiple = config.Ratio << config.HalvingCount;
        return new ModelManifest
        {
            Name = "model",
            Version = 1,
            License = "NOASSERTION",
            Tasks = ["start-frame"],
            Sizes = [new ModelFrameSize(1024, 576), new ModelFrameSize(576, 1024)],
            SizeMultiple = multiple,
            MinSize = multiple,
            MaxWidth = 1024,
            MaxHeight = 1024,
            FrameCounts = new FrameCountGrid
            {
                Multiple = 1, Offset = 0, Minimum = 1, Maximum = config.FrameCount,
            },
            DefaultFrameCount = config.FrameCount,
            FrameRate = "7/1",
            Steps = new StepCountRange { Default = 25, Minimum = 1, Maximum = 200 },
            Guidance = new GuidanceScaleRange { Default = 3, Minimum = 1, Maximum = 20 },
            Samplers = SamplerNames.For(files),
            MemoryBytes = 1,
        };
    }

    public IEnumerable<string> MoreTasks(PackageFolder files) => [];

    public DenoiserSize Measure(PackageFolder files, int width, int height, int frameCount)
    {
        var config = StableVideoConfig.Read(files);
        var shape = config.ShapeOf(width, height, frameCount);

        // Attention within each frame is the largest: every frame has a table of its own.
        return new DenoiserSize
        {
            Component = "unet",
            PlaceCount = shape.ChannelLength,
            Width = config.Width,
            TokenCount = shape.FrameLength,
            HeadCount = config.HeadCount * frameCount,
            PixelCount = Math.Min(config.ChunkLength, frameCount)
                * VaeTiles.MostPixels(width, height, config.TileSize, config.Ratio),
            PixelWidth = config.PixelWidth,
        };
    }

    public IClipPipeline Load(ModelPackage package, OnnxDevice device) =>
        Family.Load(package, () => new StableVideoModel(package, device));
}
