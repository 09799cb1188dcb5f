using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Parts;
using RenderFarm.Diffusion.Sampling;

namespace RenderFarm.Diffusion.Pipelines.Ltx;

/// <summary>
/// A transformer over tokens of a strongly compressing VAE, told the words with their mask and the
/// clip's size and frame rate. A picture to start from is its first latent frame.
/// </summary>
internal sealed class LtxModel(ModelPackage package, OnnxDevice device)
    : FamilyModel(package, device)
{
    private const int TokenCount = 128;

    private readonly LtxConfig config = LtxConfig.Read(package.Files);
    private readonly LatentScale scale =
        LatentScale.OfChannels(package.Files, "latents_mean_data", "latents_std_data");

    private TextNetwork words = null!;
    private OnnxSession denoiser = null!;
    private VaeEncoder encoder = null!;
    private VaeDecoder decoder = null!;

    public override void Open()
    {
        words = LoadWords(TokenCount);
        denoiser = Load(Signature());
        encoder = LoadEncoder(scale, isClip: true, config.EncoderChunks);
        decoder = LoadDecoder(scale, isClip: true);
    }

    public override LatentShape ShapeOf(int width, int height, int frameCount) =>
        config.ShapeOf(width, height, frameCount);

    public override SamplerRun Adapt(SamplerRun run, LatentShape shape) =>
        run with { TokenCount = shape.ChannelLength };

    public override PreparedClip Prepare(
        VideoRequest request,
        LatentShape shape,
        ClipScope scope,
        NoiseSource noise,
        CancellationToken token)
    {
        var guidance = Guidance.Of(request, Manifest);
        var prompt = Encode(request.Prompt, shape, token);
        var negative = guidance.IsUsed ? Encode(request.NegativePrompt, shape, token) : prompt;
        var first = request.StartImage is { } start
            ? encoder.Encode(DecodedClip.Of(start), shape with { FrameCount = 1 }, noise, token)
            : null;
        var clip = new PreparedClip(new GuidedDenoiser(
            scope,
            denoiser,
            new LtxLayout(shape, first is null ? 0 : 1),
            negative,
            prompt,
            guidance,
            Ladder));
        return first is null ? clip : clip.WithFirst(first, shape);
    }

    public override DecodedClip Decode(
        float[] latents, LatentShape shape, NoiseSource noise, CancellationToken token)
    {
        var mixed = latents;
        if (decoder.TakesTimestep && config.DecodeNoise > 0)
        {
            var drawn = new float[latents.Length];
            noise.Fill(drawn);
            mixed = new float[latents.Length];
            Blend.Mix(mixed, 1 - config.DecodeNoise, latents, config.DecodeNoise, drawn);
        }

        DecodedClip Square(float[] values, LatentShape square) => decoder.Decode(
            values,
            square,
            ((square.FrameCount - 1) * config.TemporalRatio) + 1,
            config.SpatialRatio,
            config.DecodeTimestep,
            token);

        return config.DecoderChunks.Decode(mixed, shape, (chunk, size) =>
            Ladder.Decode(config.TileSize, chunk, size, Square));
    }

    private GraphSignature Signature() => new(
        "transformer/model.onnx",
        [
            new("hidden_states", IsWhole: false, -1, -1, config.ChannelCount),
            DenoiserSignature.Words(words.Width),
            new("encoder_attention_mask", IsWhole: true, -1, -1) { IsLoose = true },
            DenoiserSignature.Timestep,
            Size("num_frames"), Size("height"), Size("width"),
            new("rope_interpolation_scale", IsWhole: false, 3),
        ],
        [DenoiserSignature.Output(-1, -1, config.ChannelCount)]);

    private static TensorSpec Size(string name) =>
        new(name, IsWhole: true) { IsLoose = true };

    private List<ConstantInput> Encode(string text, LatentShape shape, CancellationToken token)
    {
        var encoded = words.Encode(text, token);
        var spatial = (float)config.SpatialRatio;
        return
        [
            new("encoder_hidden_states", encoded.Hidden, encoded.Length, encoded.Width),
            new("encoder_attention_mask", encoded.Mask, encoded.Length),
            Shared("num_frames", shape.FrameCount),
            Shared("height", shape.Height),
            Shared("width", shape.Width),
            new(
                "rope_interpolation_scale",
                [(float)(config.TemporalRatio / FramesPerSecond), spatial, spatial],
                3)
            {
                IsShared = true,
            },
        ];
    }

    private ConstantInput Shared(string name, int value) =>
        new(name, [value], denoiser.Rank(name) == 0 ? [] : [1]) { IsShared = true };
}
