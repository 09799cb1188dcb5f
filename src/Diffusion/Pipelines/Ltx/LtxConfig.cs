using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Pipelines.Ltx;

/// <summary>What a package of the LTX-Video family says of itself.</summary>
internal sealed record LtxConfig
{
    /// <summary>Channels of the latents.</summary>
    public required int ChannelCount { get; init; }

    /// <summary>Pixels along a side of one latent.</summary>
    public required int SpatialRatio { get; init; }

    /// <summary>Frames that one latent frame after the first stands for.</summary>
    public required int TemporalRatio { get; init; }

    public required int HeadCount { get; init; }

    /// <summary>Values of one token.</summary>
    public required int Width { get; init; }

    /// <summary>Channels of the VAE's finest level, which has a sixteenth of the pixels.</summary>
    public required int PixelWidth { get; init; }

    /// <summary>What the decoder is told is left of the noise.</summary>
    public required double DecodeTimestep { get; init; }

    /// <summary>How much noise is mixed into the latents before they are decoded.</summary>
    public required double DecodeNoise { get; init; }

    public static LtxConfig Read(PackageFolder files)
    {
        using var denoiser = new ConfigFile(files, "transformer/config.json");
        using var vae = new ConfigFile(files, "vae_decoder/config.json");
        var heads = denoiser.Count("num_attention_heads", 32);
        var timestep = vae.Number("decode_timestep", 0);
        return new LtxConfig
        {
            ChannelCount = denoiser.Count("in_channels", 128),
            SpatialRatio = vae.Count("spatial_compression_ratio", 32),
            TemporalRatio = vae.Count("temporal_compression_ratio", 8),
            HeadCount = heads,
            Width = heads * denoiser.Count("attention_head_dim", 64),
            PixelWidth = vae.FirstCount("block_out_channels", 128),
            DecodeTimestep = timestep,
            DecodeNoise = vae.Number("decode_noise_scale", timestep),
        };
    }

    public LatentShape ShapeOf(int width, int height, int frameCount) => new(
        ChannelCount,
        ((frameCount - 1) / TemporalRatio) + 1,
        height / SpatialRatio,
        width / SpatialRatio);
}
