using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Parts;
using RenderFarm.Diffusion.Sampling;
using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Pipelines.Ltx;

/// <summary>
/// A transformer over tokens of a strongly compressing VAE, told the words with their mask and the
/// clip's size and frame rate. A picture to start from is its first latent frame; one to end
/// with leads them.
/// </summary>
internal sealed class LtxModel(ModelPackage package, OnnxDevice device)
    : FamilyModel(package, device)
{
    private const int TokenCount = 128;

    private readonly LtxConfig config = LtxConfig.Read(package.Files);
    private readonly LatentScale scale =
        LatentScale.OfChannels(package.Files, "latents_mean_data", "latents_std_data");

    private LtxPlaces places = null!;
    private TextNetwork words = null!;
    private OnnxSession denoiser = null!;
    private VaeEncoder encoder = null!;
    private VaeDecoder decoder = null!;

    public override void Open()
    {
        CheckEnds(LtxFamily.EndTasks(config));
        places = new LtxPlaces(config, FramesPerSecond);
        words = LoadWords(TokenCount);
        denoiser = Load(Signature(), isDenoiser: true);
        encoder = LoadEncoder(scale, isClip: true, config.EncoderChunks);
        decoder = LoadDecoder(scale, isClip: true);
    }

    public override LatentShape ShapeOf(int width, int height, int frameCount) =>
        config.ShapeOf(width, height, frameCount);

    public override int LeadCountOf(VideoRequest request, LatentShape shape) =>
        config.Conditions is null ? 0 : LtxConditions.LeadCountOf(request, shape);

    public override SamplerRun Adapt(SamplerRun run, LatentShape shape) => run with
    {
        TokenCount = shape.ChannelLength,
        Sigmas = config.Conditions is null
            ? null
            : SpacedSigmas.LinearQuadratic(run.StepCount),
    };

    public override PreparedClip Prepare(
        VideoRequest request,
        LatentShape shape,
        ClipScope scope,
        NoiseSource noise,
        CancellationToken token)
    {
        var guidance = Guidance.Of(request, Manifest);
        var lead = LeadCountOf(request, shape);
        var told = places.Of(shape, lead, denoiser);
        var prompt = Encode(request.Prompt, told, token);
        var negative = guidance.IsUsed ? Encode(request.NegativePrompt, told, token) : prompt;
        var given = (request.StartImage is null ? 0 : 1) + (request.EndImage is null ? 0 : 1);
        var clip = new PreparedClip(new GuidedDenoiser(
            scope,
            denoiser,
            new LtxLayout(shape, given),
            negative,
            prompt,
            guidance,
            Ladder));
        return config.Conditions is { } conditions
            ? conditions.Give(clip, request, shape, lead, noise, Picture)
            : request.StartImage is { } start
                ? clip.WithFrame(Picture(start), 0, shape)
                : clip;

        float[] Picture(RgbImage image) => encoder.Encode(
            DecodedClip.Of(image), shape with { FrameCount = 1 }, noise, token);
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
            .. places.Specs,
        ],
        [DenoiserSignature.Output(-1, -1, config.ChannelCount)]);

    private List<ConstantInput> Encode(
        string text, IReadOnlyList<ConstantInput> told, CancellationToken token)
    {
        var encoded = words.Encode(text, token);
        return
        [
            new("encoder_hidden_states", encoded.Hidden, encoded.Length, encoded.Width),
            new("encoder_attention_mask", encoded.Mask, encoded.Length),
            .. told,
        ];
    }
}
