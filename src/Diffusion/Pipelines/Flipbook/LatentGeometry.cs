using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>How clips and latents correspond, as the VAE's configuration says.</summary>
internal sealed record LatentGeometry
{
    private const string Path = "vae_decoder/config.json";

    /// <summary>Pixels along a side of one latent.</summary>
    public required int SpatialRatio { get; init; }

    /// <summary>Frames that one latent frame after the first stands for.</summary>
    public required int TemporalRatio { get; init; }

    /// <summary>Added to each channel before it is decoded.</summary>
    public required float[] Mean { get; init; }

    /// <summary>Multiplied into each channel before that.</summary>
    public required float[] Deviation { get; init; }

    public int ChannelCount => Mean.Length;

    public static LatentGeometry Read(PackageFolder folder)
    {
        using var config = new ConfigFile(folder, Path);
        var mean = config.Numbers("latents_mean");
        var deviation = config.Numbers("latents_std");
        var channelCount = config.Count("latent_channels");
        if (mean.Length != channelCount)
        {
            throw config.Fault("latents_mean", $"{channelCount} numbers");
        }

        if (deviation.Length != channelCount || deviation.Any(value => value <= 0))
        {
            throw config.Fault("latents_std", $"{channelCount} numbers above 0");
        }

        var scale = (float)config.Number("scaling_factor", 1);
        return new LatentGeometry
        {
            SpatialRatio = config.Count("spatial_compression_ratio"),
            TemporalRatio = config.Count("temporal_compression_ratio"),
            Mean = mean,
            Deviation = [.. deviation.Select(value => value / scale)],
        };
    }

    /// <exception cref="ModelException">The manifest offers clips without latents.</exception>
    public void Check(ModelManifest manifest)
    {
        var grid = manifest.FrameCounts;
        if (manifest.SizeMultiple % SpatialRatio != 0)
        {
            throw new ModelException(
                $"manifest.json: sizeMultiple: expected a multiple of {SpatialRatio}, "
                + $"found {manifest.SizeMultiple}.");
        }

        if (grid.Multiple % TemporalRatio != 0 || (grid.Offset - 1) % TemporalRatio != 0)
        {
            throw new ModelException(
                $"manifest.json: frameCounts: expected {TemporalRatio} * k + 1, "
                + $"found {grid.Multiple} * k + {grid.Offset}.");
        }

        if (manifest.ExtendsClips && (ClipTail.FrameCount - 1) % TemporalRatio != 0)
        {
            throw new ModelException(
                "manifest.json: tasks: extend: expected latent frames that end where the last "
                + $"{ClipTail.FrameCount} frames do, found {TemporalRatio} frames to each.");
        }
    }

    /// <summary>The latents of a clip whose frame count is on the model's grid.</summary>
    public LatentShape ShapeOf(int width, int height, int frameCount) => new(
        ChannelCount,
        ((frameCount - 1) / TemporalRatio) + 1,
        height / SpatialRatio,
        width / SpatialRatio);

    /// <summary>How many frames the VAE makes of so many latent frames.</summary>
    public int FrameCountOf(LatentShape shape) => ((shape.FrameCount - 1) * TemporalRatio) + 1;

    /// <summary>From what the VAE encoder gives to what the denoiser works in.</summary>
    public float Normalize(float value, int channel) =>
        (value - Mean[channel]) / Deviation[channel];

    /// <summary>From what the denoiser works in to what the VAE decoder takes.</summary>
    public void Denormalize(ReadOnlySpan<float> latents, Span<float> result)
    {
        var perChannel = latents.Length / ChannelCount;
        for (var i = 0; i < latents.Length; i++)
        {
            var channel = i / perChannel;
            result[i] = (latents[i] * Deviation[channel]) + Mean[channel];
        }
    }
}
