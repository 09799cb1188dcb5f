using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>Latents to pixels, for pictures and for clips.</summary>
/// <param name="session">The network.</param>
/// <param name="scale">What the denoiser works in.</param>
/// <param name="isClip">The network has an axis for frames.</param>
internal sealed class VaeDecoder(OnnxSession session, LatentScale scale, bool isClip)
{
    private const string Timestep = "timestep";

    /// <summary>Whether the network is told how much noise is left.</summary>
    public bool TakesTimestep => session.Has(Timestep);

    public static GraphSignature Signature(int channelCount, bool isClip) => new(
        "vae_decoder/model.onnx",
        [
            Latents(VaeShape.Axes(channelCount, isClip)),
            new(Timestep, IsWhole: false, -1) { IsOptional = true, IsLoose = true },
        ],
        [Pixels(VaeShape.Axes(3, isClip))]);

    /// <summary>What every decoder takes, by all its names.</summary>
    public static TensorSpec Latents(params int[] dimensions) =>
        new("latent_sample", IsWhole: false, dimensions) { Synonyms = ["latent", "latents"] };

    /// <summary>What every decoder gives, by all its names.</summary>
    public static TensorSpec Pixels(params int[] dimensions) =>
        new("sample", IsWhole: false, dimensions) { Synonyms = ["frames"] };

    /// <summary>Latents, [C, F, h, w], to a clip.</summary>
    /// <param name="latents">As the denoiser leaves them.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="frameCount">Frames of the clip.</param>
    /// <param name="ratio">Pixels along a side of one latent.</param>
    /// <param name="timestep">How much noise is left, where the network is told.</param>
    /// <param name="token">Ends the run.</param>
    public DecodedClip Decode(
        ReadOnlySpan<float> latents,
        LatentShape shape,
        int frameCount,
        int ratio,
        double timestep,
        CancellationToken token)
    {
        var (width, height) = (shape.Width * ratio, shape.Height * ratio);
        using var binding = session.Bind();
        var input = binding.Input(
            "latent_sample", true, VaeShape.Of(shape, shape.ChannelCount, isClip));
        if (TakesTimestep)
        {
            binding.Input(Timestep, true, session.Rank(Timestep) == 0 ? [] : [1])[0] =
                (float)timestep;
        }

        var clip = isClip
            ? binding.Output("sample", 1, 3, frameCount, height, width)
            : binding.Output("sample", 1, 3, height, width);
        scale.Denormalize(latents, input);
        binding.Run(token);
        return new DecodedClip(clip, frameCount, width, height);
    }
}
