using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>Pixels to latents and back, for pictures and for clips.</summary>
/// <param name="encoder">Null where the package has none.</param>
/// <param name="decoder">The network that makes pixels.</param>
/// <param name="scale">What the denoiser works in.</param>
/// <param name="isClip">The networks have an axis for frames.</param>
internal sealed class VaeNetwork(
    OnnxSession? encoder, OnnxSession decoder, LatentScale scale, bool isClip)
{
    private const string Timestep = "timestep";
    private const float LeastLog = -30;
    private const float MostLog = 20;

    /// <summary>Whether the decoder is told how much noise is left.</summary>
    public bool TakesTimestep => decoder.Has(Timestep);

    public bool CanEncode => encoder is not null;

    public static GraphSignature Encoder(int channelCount, bool isClip) => new(
        "vae_encoder/model.onnx",
        [new("sample", IsWhole: false, Axes(3, isClip))],
        [
            new("latent_parameters", IsWhole: false, Axes(2 * channelCount, isClip))
            {
                Synonyms = ["moments", "latent_dist"],
            },
        ]);

    public static GraphSignature Decoder(int channelCount, bool isClip) => new(
        "vae_decoder/model.onnx",
        [
            new("latent_sample", IsWhole: false, Axes(channelCount, isClip))
            {
                Synonyms = ["latent", "latents"],
            },
            new(Timestep, IsWhole: false, -1) { IsOptional = true, IsLoose = true },
        ],
        [new("sample", IsWhole: false, Axes(3, isClip)) { Synonyms = ["frames"] }]);

    /// <summary>A clip, [3, T, H, W], to latents, [C, F, h, w], as the denoiser has them.</summary>
    /// <param name="clip">The pixels.</param>
    /// <param name="shape">Of the latents.</param>
    /// <param name="noise">Draws from what the encoder finds possible; null takes its mean.</param>
    /// <param name="token">Ends the run.</param>
    public float[] Encode(
        DecodedClip clip, LatentShape shape, NoiseSource? noise, CancellationToken token)
    {
        var session = encoder
            ?? throw new ModelException("The package lacks vae_encoder/model.onnx.");
        using var binding = session.Bind();
        var sample = isClip
            ? binding.Input("sample", true, 1, 3, clip.FrameCount, clip.Height, clip.Width)
            : binding.Input("sample", true, 1, 3, clip.Height, clip.Width);
        var parameters = binding.Output(
            "latent_parameters", ShapeOf(shape, 2 * shape.ChannelCount));
        clip.Values.CopyTo(sample, 0);
        binding.Run(token);

        // Mean, then the logarithm of the variance.
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

    /// <summary>Latents, [C, F, h, w], to a clip.</summary>
    /// <param name="latents">As the denoiser leaves them.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="frameCount">Frames of the clip.</param>
    /// <param name="ratio">Pixels along a side of one latent.</param>
    /// <param name="timestep">How much noise is left, where the decoder is told.</param>
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
        using var binding = decoder.Bind();
        var input = binding.Input("latent_sample", true, ShapeOf(shape, shape.ChannelCount));
        if (TakesTimestep)
        {
            binding.Input(Timestep, true, decoder.Rank(Timestep) == 0 ? [] : [1])[0] =
                (float)timestep;
        }

        var clip = isClip
            ? binding.Output("sample", 1, 3, frameCount, height, width)
            : binding.Output("sample", 1, 3, height, width);
        scale.Denormalize(latents, input);
        binding.Run(token);
        return new DecodedClip(clip, frameCount, width, height);
    }

    private static int[] Axes(int channelCount, bool isClip) =>
        isClip ? [-1, channelCount, -1, -1, -1] : [-1, channelCount, -1, -1];

    private long[] ShapeOf(LatentShape shape, int channelCount) =>
        isClip ? shape.Batch(1, channelCount) : [1, channelCount, shape.Height, shape.Width];
}
