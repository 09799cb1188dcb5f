using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.StableVideo;

/// <summary>
/// A UNet over latents of clips, told what a picture shows and, in further channels, how it looks.
/// It is told no words. Latents are [F, C, h, w] throughout: the order in which the network has
/// them, and in which diffusers draws their noise.
/// </summary>
internal sealed class StableVideoModel(ModelPackage package, OnnxDevice device)
    : FamilyModel(package, device)
{
    private readonly StableVideoConfig config = StableVideoConfig.Read(package.Files);
    private ImageEncoder seer = null!;
    private OnnxSession unet = null!;
    private VaeEncoder encoder = null!;
    private TemporalDecoder decoder = null!;

    public override void Open()
    {
        seer = LoadSeer();
        unet = Load(Signature(), isDenoiser: true);

        // Unlike those that are denoised, the picture's latents are left as they are encoded.
        encoder = LoadEncoder(LatentScale.Unit(config.ChannelCount), isClip: false);
        decoder = new TemporalDecoder(
            Load(TemporalDecoder.Signature(config.ChannelCount)),
            LatentScale.OfFactor(Files),
            config.ChunkLength,
            config.Ratio);
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
        var picture = DecodedClip.Of(request.StartImage!);
        var seen = seer.Encode(SmoothResize.Square(picture, config.SeenSize), token);
        var latents = encoder.Encode(
            Roughened(picture, noise), shape with { FrameCount = 1 }, noise: null, token);
        var layout = new StableVideoLayout(shape);
        return new PreparedClip(new GuidedDenoiser(
            scope,
            unet,
            layout,
            Inputs(layout, new float[seen.Length], new float[latents.Length]),
            Inputs(layout, seen, latents),
            Guidance.Of(request, Manifest) with
            {
                FrameScales = Ramp(
                    config.LeastGuidance, request.GuidanceScale, shape.FrameCount),
            },
            Ladder));
    }

    public override DecodedClip Decode(
        float[] latents, LatentShape shape, NoiseSource noise, CancellationToken token) =>
        Ladder.Decode(config.TileSize, latents, shape, (tile, size) =>
            decoder.Decode(tile, size, token));

    /// <summary>From the scale of the first frame evenly to that of the last.</summary>
    private static List<float> Ramp(double first, double last, int count) =>
    [
        .. Enumerable.Range(0, count)
            .Select(i => (float)(first + ((last - first) * i / Math.Max(1, count - 1)))),
    ];

    private ImageEncoder LoadSeer()
    {
        const string Output = "image_embeds";
        var width = config.EmbeddingWidth;
        var session = Load(ImageEncoder.Signature(
            config.SeenSize,
            new(Output, IsWhole: false, -1, width) { Synonyms = ["image_embeddings"] }));
        using var settings =
            new ConfigFile(Files, "feature_extractor/preprocessor_config.json");
        return new ImageEncoder(session, config.SeenSize, Output, [width], settings);
    }

    private GraphSignature Signature() => new(
        "unet/model.onnx",
        [
            new("sample", IsWhole: false, -1, -1, 2 * config.ChannelCount, -1, -1)
            {
                Synonyms = ["latent"],
            },

            // A quarter of the logarithm of sigma, which a whole number cannot hold.
            DenoiserSignature.Timestep with { IsFine = true },
            DenoiserSignature.Words(config.EmbeddingWidth),
            new("added_time_ids", IsWhole: false, -1, 3),
        ],
        [DenoiserSignature.Output(-1, -1, config.ChannelCount, -1, -1)]);

    private List<ConstantInput> Inputs(LatentLayout layout, float[] seen, float[] latents) =>
    [
        new("encoder_hidden_states", seen, 1, seen.Length),

        // The network was trained to be told one frame a second less than there are.
        new(
            "added_time_ids",
            [(float)(FramesPerSecond - 1), (float)config.Motion, (float)config.Augmentation],
            3),
        layout.Beside(latents),
    ];

    /// <summary>The picture under a little noise, as those of training were.</summary>
    private DecodedClip Roughened(DecodedClip picture, NoiseSource noise)
    {
        var values = new float[picture.Values.Length];
        noise.Fill(values);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = picture.Values[i] + ((float)config.Augmentation * values[i]);
        }

        return picture with { Values = values };
    }
}
