using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.Ltx;

/// <summary>LTX-Video 0.9: words, or a picture, to clips.</summary>
internal sealed class LtxFamily : IPipelineFamily
{
    /// <summary>Pixels in a square that the VAE folds into one before it does anything.</summary>
    private const int FoldedPixels = 16;

    public IReadOnlyList<string> ClassNames { get; } =
        ["LTXPipeline", "LTXImageToVideoPipeline", LtxConditions.ClassName];

    public ModelManifest Describe(PackageFolder files)
    {
        var config = LtxConfig.Read(files);
        string[] ends = files.Contains("vae_encoder/model.onnx") ? EndTasks(config) : [];
        return new ModelManifest
        {
            Name = "model",
            Version = 1,
            License = "NOASSERTION",
            Tasks = ["text-to-video", .. ends, "single-frame"],
            Sizes = [new ModelFrameSize(704, 480), new ModelFrameSize(768, 512)],
            SizeMultiple = config.SpatialRatio,
            MinSize = config.SpatialRatio,
            MaxWidth = 1280,
            MaxHeight = 1280,
            FrameCounts = new FrameCountGrid
            {
                Multiple = config.TemporalRatio, Offset = 1, Minimum = 1, Maximum = 257,
            },
            DefaultFrameCount = 121,
            FrameRate = "25/1",
            Steps = new StepCountRange { Default = 50, Draft = 8, Minimum = 1, Maximum = 200 },
            Guidance = new GuidanceScaleRange { Default = 3, Minimum = 1, Maximum = 20 },
            Samplers = SamplerNames.For(files),
            MemoryBytes = 1,
        };
    }

    /// <summary>What can be given of a clip's ends, as manifests call it.</summary>
    public static string[] EndTasks(LtxConfig config) => config.Conditions is null
        ? ["start-frame"]
        : ["start-frame", "end-frame", "start-and-end-frame"];

    public IEnumerable<string> MoreTasks(PackageFolder files) =>
        files.Contains("vae_encoder/model.onnx") ? ["video-to-video"] : [];

    public DenoiserSize Measure(PackageFolder files, int width, int height, int frameCount)
    {
        var config = LtxConfig.Read(files);
        var shape = config.ShapeOf(width, height, frameCount);

        // The most that it can be given: an end, which is a latent frame more.
        var tokens = shape.ChannelLength + (config.Conditions is null ? 0 : shape.FrameLength);
        return new DenoiserSize
        {
            Component = "transformer",
            PlaceCount = tokens,
            Width = config.Width,
            TokenCount = tokens,
            HeadCount = config.HeadCount,
            PixelCount = config.DecoderChunks.MostFrames(frameCount)
                * VaeTiles.MostPixels(width, height, config.TileSize, config.SpatialRatio)
                / FoldedPixels,
            PixelWidth = config.PixelWidth,
        };
    }

    public IClipPipeline Load(ModelPackage package, OnnxDevice device) =>
        Family.Load(package, () => new LtxModel(package, device));
}
