using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.Wan;

/// <summary>
/// A transformer over latents of clips, or two of them as experts, guided in two calls. A picture
/// to start from is given in further channels, or as the first frame of the latents themselves.
/// </summary>
internal sealed class WanModel(ModelPackage package, OnnxDevice device)
    : FamilyModel(package, device, splitsGuidance: true)
{
    private const double TrainStepCount = 1000;
    private const int TokenCount = 512;

    private readonly WanConfig config = WanConfig.Read(package.Files);
    private readonly LatentScale scale =
        LatentScale.OfChannels(package.Files, "latents_mean", "latents_std");

    private TextNetwork words = null!;
    private WanSeer? seer;
    private OnnxSession early = null!;
    private OnnxSession? late;
    private VaeEncoder encoder = null!;
    private VaeDecoder? decoder;
    private VaeStream? stream;

    public override void Open()
    {
        if (config.Seen is not null)
        {
            // Such a denoiser has room for one picture, or for two, and for nothing between.
            CheckEnds(config.EndTasks);
        }

        words = LoadWords(TokenCount);
        seer = config.Seen is null ? null : new WanSeer(config.Seen, Files, part => Load(part));
        early = Load(Signature("transformer"), isDenoiser: true);
        late = config.Boundary is null
            ? null
            : Load(Signature("transformer_2"), isDenoiser: true);
        encoder = LoadEncoder(
            scale,
            isClip: true,
            config.EncoderChunks,
            Stream(VaeEncoder.Signature(config.ChannelCount, isClip: true)));
        stream = Stream(VaeDecoder.Signature(config.ChannelCount, isClip: true));
        decoder = stream is null ? LoadDecoder(scale, isClip: true) : null;

        VaeStream? Stream(GraphSignature whole) =>
            VaeStream.Load(Files, whole, config.TemporalRatio, part => Load(part));
    }

    public override LatentShape ShapeOf(int width, int height, int frameCount) =>
        config.ShapeOf(width, height, frameCount);

    public override PreparedClip Prepare(
        VideoRequest request,
        LatentShape shape,
        ClipScope scope,
        NoiseSource noise,
        CancellationToken token)
    {
        var guidance = Guidance.Of(request, Manifest);
        var prompt = Encode(request.Prompt, token);
        var negative = guidance.IsUsed ? Encode(request.NegativePrompt, token) : prompt;
        var isPinned = request.StartImage is not null && !config.TakesGivenChannels;
        var layout = new WanLayout(
            shape, config.InputChannelCount - config.ChannelCount, isPinned ? 1 : 0);
        if (config.TakesGivenChannels)
        {
            var more = layout.Beside(WanGiven.Channels(request, shape, config.TemporalRatio, clip =>
                encoder.Encode(clip, shape, noise: null, token)));
            (prompt, negative) = ([.. prompt, more], [.. negative, more]);
        }

        if (seer?.Encode(request, token) is { } seen)
        {
            (prompt, negative) = ([.. prompt, seen], [.. negative, seen]);
        }

        IDenoiserRun Run(OnnxSession session, Guidance own) => new GuidedDenoiser(
            scope, session, layout, negative, prompt, own, Ladder);

        var clip = new PreparedClip(late is null
            ? Run(early, guidance)
            : new ExpertRun(
                Run(early, guidance),
                Run(late, config.Late(guidance)),
                config.Boundary!.Value * TrainStepCount));
        if (!isPinned)
        {
            return clip;
        }

        var first = encoder.Encode(
            DecodedClip.Of(request.StartImage!), shape with { FrameCount = 1 }, null, token);
        return clip.WithFrame(first, 0, shape);
    }

    public override DecodedClip Decode(
        float[] latents, LatentShape shape, NoiseSource noise, CancellationToken token)
    {
        DecodedClip Square(float[] values, LatentShape square) => decoder is null
            ? stream!.Decode(values, square, scale, config.SpatialRatio, token)
            : decoder.Decode(
                values,
                square,
                ((square.FrameCount - 1) * config.TemporalRatio) + 1,
                config.SpatialRatio,
                timestep: 0,
                token);

        return config.DecoderChunks.Decode(latents, shape, (chunk, size) =>
            Ladder.Decode(config.TileSize, chunk, size, Square));
    }

    private GraphSignature Signature(string component) => new(
        $"{component}/model.onnx",
        [
            new("hidden_states", IsWhole: false, -1, config.InputChannelCount, -1, -1, -1)
            {
                Synonyms = ["sample", "latent", "latents"],
            },
            DenoiserSignature.Timestep,
            DenoiserSignature.Words(words.Width),
            .. config.Seen is { } seen
                ? [new TensorSpec(WanSeer.Input, IsWhole: false, -1, -1, seen.Width)]
                : Array.Empty<TensorSpec>(),
        ],
        [DenoiserSignature.Output(-1, config.ChannelCount, -1, -1, -1)]);

    // The network is told no mask; what is padding must therefore be nothing.
    private List<ConstantInput> Encode(string text, CancellationToken token)
    {
        var encoded = words.Encode(CleanPrompt.Of(text), token).WithoutPadding();
        return
        [
            new("encoder_hidden_states", encoded.Hidden, encoded.Length, encoded.Width),
        ];
    }
}
