using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>The model that comes with the project.</summary>
internal sealed class FlipbookFamily : IPipelineFamily
{
    private const int HeadWidth = 64;
    private const int PixelWidth = 64;

    public IReadOnlyList<string> ClassNames { get; } = [FlipbookPipeline.ClassName];

    // Its packages are made by its own script, which writes one.
    public ModelManifest Describe(PackageFolder files) => ManifestFile.Read(files);

    public IEnumerable<string> MoreTasks(PackageFolder files) => ["video-to-video"];

    public DenoiserSize Measure(PackageFolder files, int width, int height, int frameCount)
    {
        using var config = new ConfigFile(files, "transformer/config.json");
        var shape = LatentGeometry.Read(files).ShapeOf(width, height, frameCount);
        var hidden = config.Count("hidden_size");
        var tokens = shape.ChannelLength / 4;
        return new DenoiserSize
        {
            Component = "transformer",
            PlaceCount = tokens,
            Width = hidden,
            TokenCount = tokens,
            HeadCount = Math.Max(1, hidden / HeadWidth),
            PixelCount = (long)width * height * frameCount,
            PixelWidth = PixelWidth,
        };
    }

    public IClipPipeline Load(ModelPackage package, OnnxDevice device) =>
        new FlipbookPipeline(package, device);
}
