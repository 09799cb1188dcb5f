using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>Pixels to latents, for pictures and for clips.</summary>
/// <param name="session">The network; null where the package has none.</param>
/// <param name="scale">What the denoiser works in.</param>
/// <param name="isClip">The network has an axis for frames.</param>
/// <param name="chunks">How a long clip is encoded in bounded memory.</param>
internal sealed class VaeEncoder(
    OnnxSession? session, LatentScale scale, bool isClip, VaeChunks chunks)
{
    private const float LeastLog = -30;
    private const float MostLog = 20;

    public static GraphSignature Signature(int channelCount, bool isClip) => new(
        "vae_encoder/model.onnx",
        [new("sample", IsWhole: false, VaeShape.Axes(3, isClip))],
        [
            new("latent_parameters", IsWhole: false, VaeShape.Axes(2 * channelCount, isClip))
            {
                Synonyms = ["moments", "latent_dist"],
            },
        ]);

    /// <summary>The network as two graphs, in place of the one; null where it is one.</summary>
    public VaeStream? Stream { get; init; }

    /// <summary>A clip, [3, T, H, W], to latents, [C, F, h, w], as the denoiser has them.</summary>
    /// <param name="clip">The pixels.</param>
    /// <param name="shape">Of the latents.</param>
    /// <param name="noise">Draws from what the encoder finds possible; null takes its mean.</param>
    /// <param name="token">Ends the run.</param>
    public float[] Encode(
        DecodedClip clip, LatentShape shape, NoiseSource? noise, CancellationToken token)
    {
        // Mean, then the logarithm of the variance.
        var parameters = chunks.Encode(
            clip,
            shape with { ChannelCount = 2 * shape.ChannelCount },
            (part, found) => Run(part, found, token));
        var latents = parameters[..shape.Length];
        if (noise is not null)
        {
            var drawn = new float[shape.Length];
            noise.Fill(drawn);
            for (var i = 0; i < latents.Length; i++)
            {
                var log = Math.Clamp(parameters[shape.Length + i], LeastLog, MostLog);
                latents[i] += MathF.Exp(0.5f * log) * drawn[i];
            }
        }

        scale.Normalize(latents);
        return latents;
    }

    private float[] Run(DecodedClip clip, LatentShape shape, CancellationToken token)
    {
        if (Stream is not null)
        {
            return Stream.Encode(clip, shape, token);
        }

        var network = session
            ?? throw new ModelException("The package lacks vae_encoder/model.onnx.");
        using var binding = network.Bind();
        var sample = isClip
            ? binding.Input("sample", true, 1, 3, clip.FrameCount, clip.Height, clip.Width)
            : binding.Input("sample", true, 1, 3, clip.Height, clip.Width);
        var parameters = binding.Output(
            "latent_parameters", VaeShape.Of(shape, shape.ChannelCount, isClip));
        clip.Values.CopyTo(sample, 0);
        binding.Run(token);
        return parameters;
    }
}
