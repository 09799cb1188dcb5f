using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.Wan;

/// <summary>Tells a denoiser of 2.1 what the pictures at the ends of a clip show.</summary>
internal sealed class WanSeer
{
    /// <summary>The denoiser's input: [P, N, D], whatever the batch is.</summary>
    public const string Input = "encoder_hidden_states_image";

    private readonly WanSeen seen;
    private readonly ImageEncoder encoder;
    private readonly CenterCrop crop;

    /// <param name="seen">What it sees and gives.</param>
    /// <param name="files">The package.</param>
    /// <param name="load">Loads a network.</param>
    public WanSeer(WanSeen seen, PackageFolder files, Func<GraphSignature, OnnxSession> load)
    {
        this.seen = seen;
        var output = HiddenStates.Penultimate(files, "image_encoder");
        var session = load(ImageEncoder.Signature(
            seen.Size, new(output, IsWhole: false, -1, -1, seen.Width)));
        using var settings = new ConfigFile(files, "image_processor/preprocessor_config.json");
        crop = new CenterCrop(settings, seen.Size);
        encoder = new ImageEncoder(
            session, seen.Size, output, [seen.TokenCount, seen.Width], settings);
    }

    /// <summary>Encodes a request's start, and its end where the denoiser is told both.</summary>
    public ConstantInput Encode(VideoRequest request, CancellationToken token)
    {
        RgbImage[] pictures = seen.PictureCount > 1
            ? [request.StartImage!, request.EndImage!]
            : [request.StartImage!];
        return new(
            Input,
            [.. pictures.SelectMany(picture => encoder.Encode(crop.Of(picture), token))],
            seen.PictureCount,
            seen.TokenCount,
            seen.Width)
        {
            IsShared = true,
        };
    }
}
