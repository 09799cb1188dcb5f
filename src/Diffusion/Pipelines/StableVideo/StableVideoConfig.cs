using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Pipelines.StableVideo;

/// <summary>What a package of Stable Video Diffusion says of itself.</summary>
internal sealed record StableVideoConfig
{
    /// <summary>
    /// Channels of the latents; the denoiser takes as many of the picture beside them.
    /// </summary>
    public required int ChannelCount { get; init; }

    /// <summary>Pixels along a side of one latent.</summary>
    public required int Ratio { get; init; }

    /// <summary>How often the denoiser halves its latents.</summary>
    public required int HalvingCount { get; init; }

    /// <summary>The frames of a clip that it was trained with.</summary>
    public required int FrameCount { get; init; }

    /// <summary>Values of a place at the denoiser's finest level.</summary>
    public required int Width { get; init; }

    /// <summary>Heads of its attention there.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Values that say what the picture shows.</summary>
    public required int EmbeddingWidth { get; init; }

    /// <summary>Pixels along a side of what the image encoder sees.</summary>
    public required int SeenSize { get; init; }

    /// <summary>Channels of the VAE's finest level.</summary>
    public required int PixelWidth { get; init; }

    /// <summary>Frames that are decoded at once.</summary>
    public required int ChunkLength { get; init; }

    /// <summary>Latents along a side of the squares that are decoded at once.</summary>
    public required int TileSize { get; init; }

    /// <summary>How much is to move: about 1 to 255.</summary>
    public required double Motion { get; init; }

    /// <summary>How much noise is laid over the picture before it is encoded.</summary>
    public required double Augmentation { get; init; }

    /// <summary>The guidance scale of the first frame; that of the last is the request's.</summary>
    public required double LeastGuidance { get; init; }

    /// <exception cref="ModelException">A key is missing, or two contradict each other.</exception>
    public static StableVideoConfig Read(PackageFolder files)
    {
        using var index = new ConfigFile(files, "model_index.json");
        using var unet = new ConfigFile(files, "unet/config.json");
        using var vae = new ConfigFile(files, "vae_decoder/config.json");
        using var seer = new ConfigFile(files, "image_encoder/config.json");
        var config = new StableVideoConfig
        {
            ChannelCount = vae.Count("latent_channels"),
            Ratio = 1 << (vae.ListLength("block_out_channels", 4) - 1),
            HalvingCount = unet.ListLength("block_out_channels", 4) - 1,
            FrameCount = unet.Count("num_frames", 25),
            Width = unet.FirstCount("block_out_channels", 320),
            HeadCount = unet.FirstCount("num_attention_heads", 5),
            EmbeddingWidth = unet.Count("cross_attention_dim", 1024),
            SeenSize = seer.Count("image_size", 224),
            PixelWidth = vae.FirstCount("block_out_channels", 128),
            ChunkLength = vae.Count("decode_chunk_size", 8),
            TileSize = vae.Count("tile_latent_size", int.MaxValue),
            Motion = index.Number("motion_bucket_id", 127),
            Augmentation = index.Number("noise_aug_strength", 0.02),
            LeastGuidance = index.Number("min_guidance_scale", 1),
        };
        return unet.Count("in_channels", 8) == 2 * config.ChannelCount
            ? config
            : throw unet.Fault("in_channels", $"{2 * config.ChannelCount}");
    }

    public LatentShape ShapeOf(int width, int height, int frameCount) =>
        new(ChannelCount, frameCount, height / Ratio, width / Ratio);
}
