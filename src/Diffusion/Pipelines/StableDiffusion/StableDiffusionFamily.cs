using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.StableDiffusion;

/// <summary>Stable Diffusion 1.x, 2.x and XL: pictures, as clips of one frame.</summary>
internal sealed class StableDiffusionFamily : IPipelineFamily
{
    private const int Largest = 4096;

    public IReadOnlyList<string> ClassNames { get; } =
    [
        "StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline",
        "StableDiffusionInpaintPipeline",
        "StableDiffusionXLPipeline", "StableDiffusionXLImg2ImgPipeline",
        "StableDiffusionXLInpaintPipeline",
    ];

    public ModelManifest Describe(PackageFolder files)
    {
        using var unet = new ConfigFile(files, "unet/config.json");
        var ratio = StableDiffusionModel.RatioOf(files);
        var levels = unet.ListLength("block_out_channels", 4);
        var multiple = ratio << (levels - 1);
        var side = unet.Count("sample_size", 64) * ratio;
        var isXl = StableDiffusionModel.IsXl(files);
        string[] words = ["text-to-image", "text-to-video"];
        return new ModelManifest
        {
            Name = "model",
            Version = 1,
            License = "NOASSERTION",
            Tasks = StableDiffusionModel.TakesMasks(files) ? ["mask"]
                : files.Contains("vae_encoder/model.onnx") ? [.. words, "start-frame"]
                : words,
            Sizes = [new ModelFrameSize(side, side)],
            SizeMultiple = multiple,
            MinSize = multiple,
            MaxWidth = Math.Max(side, Math.Min(Largest, 2 * side)),
            MaxHeight = Math.Max(side, Math.Min(Largest, 2 * side)),
            FrameCounts = new FrameCountGrid { Multiple = 1, Offset = 0, Minimum = 1, Maximum = 1 },
            DefaultFrameCount = 1,
            FrameRate = "1/1",
            Steps = new StepCountRange { Default = isXl ? 30 : 50, Minimum = 1, Maximum = 500 },
            Guidance = new GuidanceScaleRange
            {
                Default = isXl ? 5 : 7.5, Minimum = 1, Maximum = 30,
            },
            Samplers = SamplerNames.For(files),
            MemoryBytes = 1,
        };
    }

    public IEnumerable<string> MoreTasks(PackageFolder files) =>
        files.Contains("vae_encoder/model.onnx") ? ["image-to-image", "mask"] : [];

    public DenoiserSize Measure(PackageFolder files, int width, int height, int frameCount)
    {
        using var unet = new ConfigFile(files, "unet/config.json");
        using var vae = new ConfigFile(files, "vae_decoder/config.json");
        var ratio = StableDiffusionModel.RatioOf(files);
        var places = (long)(width / ratio) * (height / ratio);
        var isXl = StableDiffusionModel.IsXl(files);

        // XL has no attention at its finest level; its next one has half the rows and columns.
        return new DenoiserSize
        {
            Component = "unet",
            PlaceCount = places,
            Width = unet.FirstCount("block_out_channels", 320),
            TokenCount = isXl ? places / 4 : places,
            HeadCount = isXl ? 10 : 8,
            PixelCount = VaeTiles.MostPixels(
                width, height, StableDiffusionModel.TileSizeOf(files), ratio),
            PixelWidth = vae.FirstCount("block_out_channels", 128),
        };
    }

    public IClipPipeline Load(ModelPackage package, OnnxDevice device) =>
        Family.Load(package, () => new StableDiffusionModel(package, device));
}
