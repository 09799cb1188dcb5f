using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Pipelines.Parts;

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

    /// <summary>How given pictures are roughened; null without conditions: before 0.9.5.</summary>
    public required LtxConditions? Conditions { get; init; }

    /// <summary>Latents along a side of the squares that are decoded at once.</summary>
    public required int TileSize { get; init; }

    /// <summary>How long clips are decoded.</summary>
    public required VaeChunks DecoderChunks { get; init; }

    /// <summary>How long clips are encoded.</summary>
    public required VaeChunks EncoderChunks { get; init; }

    /// <exception cref="ModelException">A key is missing, or two contradict each other.</exception>
    public static LtxConfig Read(PackageFolder files)
    {
        using var denoiser = new ConfigFile(files, "transformer/config.json");
        using var vae = new ConfigFile(files, "vae_decoder/config.json");
        var heads = denoiser.Count("num_attention_heads", 32);
        var timestep = vae.Number("decode_timestep", 0);
        var ratio = vae.Count("temporal_compression_ratio", 8);
        return new LtxConfig
        {
            ChannelCount = denoiser.Count("in_channels", 128),
            SpatialRatio = vae.Count("spatial_compression_ratio", 32),
            TemporalRatio = ratio,
            HeadCount = heads,
            Width = heads * denoiser.Count("attention_head_dim", 64),
            PixelWidth = vae.FirstCount("block_out_channels", 128),
            DecodeTimestep = timestep,
            DecodeNoise = vae.Number("decode_noise_scale", timestep),
            Conditions = LtxConditions.Read(files),
            TileSize = vae.Count("tile_latent_size", int.MaxValue),
            DecoderChunks = ReadChunks(files, "vae_decoder", ratio),
            EncoderChunks = ReadChunks(files, "vae_encoder", ratio),
        };
    }

    public LatentShape ShapeOf(int width, int height, int frameCount) => new(
        ChannelCount,
        ((frameCount - 1) / TemporalRatio) + 1,
        height / SpatialRatio,
        width / SpatialRatio);

    // diffusers' _temporal_tiled_decode and _temporal_tiled_encode, whose chunks have one latent
    // frame more than they are named by: that which they begin with, and whose frame is dropped.
    private static VaeChunks ReadChunks(PackageFolder files, string component, int ratio)
    {
        const string Length = "tile_sample_min_num_frames";
        const string Stride = "tile_sample_stride_num_frames";
        return VaeChunks.Read(files, component, Length, (vae, length) =>
        {
            var stride = vae.Count(Stride, Math.Max(ratio, length / 2 / ratio * ratio));
            return length % ratio != 0 ? throw vae.Fault(Length, $"a multiple of {ratio}")
                : stride % ratio != 0 || stride > length
                    ? throw vae.Fault(Stride, $"a multiple of {ratio}, at most {length}")
                    : new VaeChunks(length / ratio, stride / ratio, Context: 1, ratio);
        });
    }
}
