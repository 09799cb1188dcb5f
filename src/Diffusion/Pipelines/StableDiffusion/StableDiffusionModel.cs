using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.StableDiffusion;

/// <summary>
/// A UNet over latents of pictures, told the words by one text encoder, or by two and the sizes of
/// the picture (XL). A picture to start from is encoded, made noisy, and redrawn, all of it or what
/// a mask leaves.
/// </summary>
internal sealed class StableDiffusionModel(ModelPackage package, OnnxDevice device)
    : FamilyModel(package, device)
{
    private const string SecondEncoder = "text_encoder_2";
    private const int TokenCount = 77;

    private readonly LatentScale scale = LatentScale.OfFactor(package.Files);
    private readonly int ratio = RatioOf(package.Files);
    private readonly int tileSize = TileSizeOf(package.Files);
    private readonly bool takesMasks = TakesMasks(package.Files);
    private readonly bool zeroesEmptyPrompts = ZeroesEmptyPrompts(package.Files);
    private TextNetwork first = null!;
    private TextNetwork? second;
    private OnnxSession unet = null!;
    private VaeEncoder encoder = null!;
    private VaeDecoder decoder = null!;

    public override bool RedrawsStart => true;

    public static bool IsXl(PackageFolder files) => files.Contains($"{SecondEncoder}/model.onnx");

    /// <summary>Pixels along a side of one latent: every level but the first halves.</summary>
    public static int RatioOf(PackageFolder files)
    {
        using var config = new ConfigFile(files, "vae_decoder/config.json");
        return 1 << (config.ListLength("block_out_channels", 4) - 1);
    }

    /// <summary>Latents along a side of the squares that are decoded at once.</summary>
    public static int TileSizeOf(PackageFolder files)
    {
        using var config = new ConfigFile(files, "vae_decoder/config.json");
        return config.Count("tile_latent_size", 128);
    }

    /// <summary>
    /// Whether the UNet is told, in further channels, where to paint and what is there beside.
    /// </summary>
    /// <exception cref="ModelException">It has another number of channels.</exception>
    public static bool TakesMasks(PackageFolder files)
    {
        using var unet = new ConfigFile(files, "unet/config.json");
        using var vae = new ConfigFile(files, "vae_decoder/config.json");
        var latents = vae.Count("latent_channels", 4);
        var found = unet.Count("in_channels", latents);
        return found == (2 * latents) + 1
            || (found == latents
                ? false
                : throw unet.Fault("in_channels", $"{latents} or {(2 * latents) + 1}"));
    }

    public override void Open()
    {
        var channels = scale.ChannelCount;
        first = Encoder("text_encoder", "tokenizer", pooled: null);
        second = IsXl(Files) ? Encoder(SecondEncoder, "tokenizer_2", "text_embeds") : null;
        unet = Load(Signature(channels), isDenoiser: true);
        encoder = LoadEncoder(scale, isClip: false);
        decoder = LoadDecoder(scale, isClip: false);
    }

    public override LatentShape ShapeOf(int width, int height, int frameCount) =>
        new(scale.ChannelCount, frameCount, height / ratio, width / ratio);

    public override PreparedClip Prepare(
        VideoRequest request,
        LatentShape shape,
        ClipScope scope,
        NoiseSource noise,
        CancellationToken token)
    {
        var guidance = Guidance.Of(request, Manifest);
        var prompt = Encode(request.Prompt, request, token);
        var isEmpty = request.NegativePrompt.Length == 0 && zeroesEmptyPrompts;
        var negative = !guidance.IsUsed || isEmpty
            ? Zeroed(prompt)
            : Encode(request.NegativePrompt, request, token);
        var start = PictureStart.Of(
            request,
            request.Strength ?? Manifest.Strength,
            takesMasks,
            shape,
            ratio,
            picture => encoder.Encode(picture, shape, noise, token),
            noise);
        var layout = new PlanarLayout(
            shape, isClip: false, moreCount: start.Beside.Length / shape.FrameLength);
        if (start.Beside.Length > 0)
        {
            var more = layout.Beside(start.Beside);
            (prompt, negative) = ([.. prompt, more], [.. negative, more]);
        }

        return new PreparedClip(new GuidedDenoiser(
            scope, unet, layout, negative, prompt, guidance, Ladder))
        {
            Clean = start.Clean,
            Drawn = start.Drawn,
            Known = start.Known,
            Painted = start.Painted,
        };
    }

    public override DecodedClip Decode(
        float[] latents, LatentShape shape, NoiseSource noise, CancellationToken token) =>
        Ladder.Decode(tileSize, latents, shape, (tile, size) =>
            decoder.Decode(tile, size, 1, ratio, 0, token));

    private static bool ZeroesEmptyPrompts(PackageFolder files)
    {
        using var index = new ConfigFile(files, "model_index.json");
        return IsXl(files)
            && (!index.Has("force_zeros_for_empty_prompt")
                || index.IsSet("force_zeros_for_empty_prompt"));
    }

    private static List<ConstantInput> Zeroed(List<ConstantInput> inputs) =>
    [
        .. inputs.Select(input => input.Name == "time_ids"
            ? input
            : input with { Values = new float[input.Values.Length] }),
    ];

    private TextNetwork Encoder(string component, string tokenizer, string? pooled)
    {
        var hidden = IsXl(Files) ? HiddenStates.Penultimate(Files, component) : null;
        TensorSpec[] outputs =
        [
            hidden is null
                ? TextNetwork.LastHidden
                : new TensorSpec(hidden, IsWhole: false, -1, -1, -1),
            .. pooled is null ? [] : new[] { new TensorSpec(pooled, IsWhole: false, -1, -1) },
        ];
        return new TextNetwork(
            PromptTokenizer.Open(Files, tokenizer, TokenCount),
            Load(TextNetwork.Signature(component, outputs)),
            outputs[0].Name,
            pooled);
    }

    private GraphSignature Signature(int channels)
    {
        List<TensorSpec> inputs =
        [
            new("sample", IsWhole: false, -1, takesMasks ? (2 * channels) + 1 : channels, -1, -1)
            {
                Synonyms = ["latent"],
            },
            DenoiserSignature.Timestep,
            DenoiserSignature.Words(first.Width + (second?.Width ?? 0)),
        ];
        if (second is not null)
        {
            inputs.Add(new("text_embeds", IsWhole: false, -1, second.PooledWidth));
            inputs.Add(new("time_ids", IsWhole: false, -1, 6));
        }

        return new GraphSignature(
            "unet/model.onnx", inputs, [DenoiserSignature.Output(-1, channels, -1, -1)]);
    }

    private List<ConstantInput> Encode(string text, VideoRequest request, CancellationToken token)
    {
        var one = first.Encode(text, token);
        if (second is null)
        {
            return [new("encoder_hidden_states", one.Hidden, one.Length, one.Width)];
        }

        var two = second.Encode(text, token);
        var (width, height) = (request.ModelWidth, request.ModelHeight);
        return
        [
            new("encoder_hidden_states", SideBySide(one, two), one.Length, one.Width + two.Width),
            new("text_embeds", two.Pooled, two.Pooled.Length),

            // The size of the original, where it was cropped, and the size that is wanted.
            new("time_ids", [height, width, 0, 0, height, width], 6),
        ];
    }

    /// <summary>[L, D1 + D2].</summary>
    private static float[] SideBySide(EncodedPrompt one, EncodedPrompt two)
    {
        var width = one.Width + two.Width;
        var both = new float[one.Length * width];
        for (var token = 0; token < one.Length; token++)
        {
            one.Hidden.AsSpan(token * one.Width, one.Width).CopyTo(both.AsSpan(token * width));
            two.Hidden.AsSpan(token * two.Width, two.Width)
                .CopyTo(both.AsSpan((token * width) + one.Width));
        }

        return both;
    }
}
