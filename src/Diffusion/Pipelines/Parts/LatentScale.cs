using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>Between what a VAE encodes to and what a denoiser works in.</summary>
/// <param name="Mean">Of each channel.</param>
/// <param name="Deviation">Of each channel.</param>
internal sealed record LatentScale(float[] Mean, float[] Deviation)
{
    private const string Path = "vae_decoder/config.json";

    public int ChannelCount => Mean.Length;

    /// <summary>What a VAE encodes to, as it is.</summary>
    public static LatentScale Unit(int channelCount) => new(
        new float[channelCount], [.. Enumerable.Repeat(1f, channelCount)]);

    /// <summary>One factor and one shift for all channels, as the VAEs of pictures have.</summary>
    /// <exception cref="ModelException">scaling_factor is missing: no default is right.</exception>
    public static LatentScale OfFactor(PackageFolder files)
    {
        using var config = new ConfigFile(files, Path);
        var channelCount = config.Count("latent_channels");
        var deviation = 1 / config.Number("scaling_factor");
        var mean = config.Number("shift_factor", 0);
        return new LatentScale(
            [.. Enumerable.Repeat((float)mean, channelCount)],
            [.. Enumerable.Repeat((float)deviation, channelCount)]);
    }

    /// <summary>A mean and a deviation for each channel, as the VAEs of clips have.</summary>
    /// <param name="files">The package.</param>
    /// <param name="mean">The key of the means.</param>
    /// <param name="deviation">The key of the deviations.</param>
    public static LatentScale OfChannels(PackageFolder files, string mean, string deviation)
    {
        using var config = new ConfigFile(files, Path);
        var (means, deviations) = (config.Numbers(mean), config.Numbers(deviation));
        var scale = (float)config.Number("scaling_factor", 1);
        return means.Length == deviations.Length && deviations.All(value => value > 0) && scale > 0
            ? new LatentScale(means, [.. deviations.Select(value => value / scale)])
            : throw config.Fault(deviation, $"{means.Length} numbers above 0");
    }

    /// <summary>What a denoiser works in, [C, ...], from what an encoder gives.</summary>
    public void Normalize(Span<float> latents)
    {
        var perChannel = latents.Length / ChannelCount;
        for (var i = 0; i < latents.Length; i++)
        {
            latents[i] = (latents[i] - Mean[i / perChannel]) / Deviation[i / perChannel];
        }
    }

    /// <summary>What a decoder takes, [C, ...], from what a denoiser works in.</summary>
    public void Denormalize(ReadOnlySpan<float> latents, Span<float> result)
    {
        var perChannel = latents.Length / ChannelCount;
        for (var i = 0; i < latents.Length; i++)
        {
            result[i] = (latents[i] * Deviation[i / perChannel]) + Mean[i / perChannel];
        }
    }
}
