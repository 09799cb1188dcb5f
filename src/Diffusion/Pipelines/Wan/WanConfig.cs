using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.Wan;

/// <summary>What a package of the Wan family says of itself.</summary>
internal sealed record WanConfig
{
    private const string Second = "transformer_2";

    // What a stream passes on is two frames of each layer's input, of the last run and of this
    // one: for the seven layers of the last level about as much as three times its frames.
    private const int StateFrames = 3;

    private const string LateKey = "guidance_scale_2";

    /// <summary>Channels that the denoiser takes.</summary>
    public required int InputChannelCount { get; init; }

    /// <summary>Channels of the latents.</summary>
    public required int ChannelCount { get; init; }

    /// <summary>Pixels along a side of one latent.</summary>
    public required int SpatialRatio { get; init; }

    /// <summary>Frames that one latent frame after the first stands for.</summary>
    public required int TemporalRatio { get; init; }

    /// <summary>Channels of the VAE's finest level.</summary>
    public required int PixelWidth { get; init; }

    public required int HeadCount { get; init; }

    /// <summary>Values of one token.</summary>
    public required int Width { get; init; }

    /// <summary>Latents along a side of the squares that are decoded at once.</summary>
    public required int TileSize { get; init; }

    /// <summary>How long clips are decoded.</summary>
    public required VaeChunks DecoderChunks { get; init; }

    /// <summary>How long clips are encoded.</summary>
    public required VaeChunks EncoderChunks { get; init; }

    /// <summary>Its decoder is a graph for the first latent frame and one for each next.</summary>
    public required bool DecodesAsStream { get; init; }

    /// <summary>It has an encoder, as one graph or as two.</summary>
    public required bool HasEncoder { get; init; }

    /// <summary>Each token has a timestep of its own: 2.2 5B.</summary>
    public required bool HasTokenTimesteps { get; init; }

    /// <summary>
    /// The part of the training steps below which the second expert denoises; null without one.
    /// </summary>
    public required double? Boundary { get; init; }

    /// <summary>The guidance scale of the second expert; null takes the request's.</summary>
    public required double? LateGuidance { get; init; }

    /// <summary>What its image encoder sees and gives; null without one: not 2.1.</summary>
    public required WanSeen? Seen { get; init; }

    /// <summary>A start picture is given in further channels: a mask in 4, and latents.</summary>
    public bool TakesGivenChannels => InputChannelCount == (2 * ChannelCount) + 4;

    /// <summary>What can be given of a clip's ends, as manifests call it.</summary>
    public IReadOnlyList<string> EndTasks =>
        !TakesGivenChannels ? []
        : Seen is null ? ["start-frame", "start-and-end-frame"]
        : Seen.PictureCount > 1 ? ["start-and-end-frame"]
        : ["start-frame"];

    /// <exception cref="ModelException">A key is missing, or two contradict each other.</exception>
    public static WanConfig Read(PackageFolder files)
    {
        using var index = new ConfigFile(files, "model_index.json");
        using var denoiser = new ConfigFile(files, "transformer/config.json");
        using var vae = new ConfigFile(files, "vae_decoder/config.json");
        var heads = denoiser.Count("num_attention_heads");
        var ratio = vae.Count("scale_factor_temporal", 4);
        var config = new WanConfig
        {
            InputChannelCount = denoiser.Count("in_channels"),
            ChannelCount = vae.Numbers("latents_mean").Length,
            SpatialRatio = vae.Count("scale_factor_spatial", 8),
            TemporalRatio = ratio,
            PixelWidth = vae.Count("base_dim", 96),
            HeadCount = heads,
            Width = heads * denoiser.Count("attention_head_dim", 128),
            TileSize = vae.Count("tile_latent_size", int.MaxValue),
            DecoderChunks = ReadChunks(files, "vae_decoder", WanReach.OfDecoder, ratio),
            EncoderChunks = ReadChunks(files, "vae_encoder", WanReach.OfEncoder, ratio),
            DecodesAsStream = VaeStream.IsIn(files, "vae_decoder"),
            HasEncoder = files.Contains("vae_encoder/model.onnx")
                || VaeStream.IsIn(files, "vae_encoder"),
            HasTokenTimesteps = index.IsSet("expand_timesteps"),
            Boundary = files.Contains($"{Second}/model.onnx")
                ? index.Number("boundary_ratio")
                : null,
            LateGuidance = index.Has(LateKey) ? index.Number(LateKey) : null,
            Seen = WanSeen.Read(files, denoiser),
        };
        if (config.LateGuidance < 1 || (config.LateGuidance is not null && config.Boundary is null))
        {
            throw index.Fault(LateKey, $"at least 1, with {Second}");
        }

        var given = (2 * config.ChannelCount) + 4;
        return config.TakesGivenChannels
            || (config.InputChannelCount == config.ChannelCount && config.Seen is null)
                ? config
                : throw denoiser.Fault(
                    "in_channels",
                    config.Seen is null ? $"{config.ChannelCount} or {given}" : $"{given}");
    }

    /// <summary>A request that is not guided is not guided by the second expert either.</summary>
    public Guidance Late(Guidance guidance) => guidance with
    {
        Scale = guidance.IsUsed ? LateGuidance ?? guidance.Scale : guidance.Scale,
    };

    /// <summary>Frames whose values the decoder keeps at once.</summary>
    public long MostFrames(int frameCount) => DecodesAsStream
        ? (1 + StateFrames) * (long)TemporalRatio
        : DecoderChunks.MostFrames(frameCount);

    public LatentShape ShapeOf(int width, int height, int frameCount) => new(
        ChannelCount,
        ((frameCount - 1) / TemporalRatio) + 1,
        height / SpatialRatio,
        width / SpatialRatio);

    // Nothing is shared: what a chunk keeps has seen what the whole clip would show it.
    private static VaeChunks ReadChunks(
        PackageFolder files, string component, Func<ConfigFile, int> reach, int ratio) =>
        VaeStream.IsIn(files, component)
            ? VaeChunks.Whole
            : VaeChunks.Read(files, component, "tile_latent_frames", (vae, length) =>
                new VaeChunks(
                    length, length, vae.Count("tile_latent_context", reach(vae)), ratio));
}
