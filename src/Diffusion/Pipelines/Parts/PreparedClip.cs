using RenderFarm.Diffusion.Sampling;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>All that is settled of a clip before its first step.</summary>
/// <param name="Run">Its denoiser.</param>
internal sealed record PreparedClip(IDenoiserRun Run)
{
    /// <summary>Latents, [C, F, h, w], of what it starts from; null starts from noise.</summary>
    public float[]? Clean { get; init; }

    /// <summary>
    /// The noise it starts from, [C, F, h, w], where its place among what is drawn matters; null
    /// where it is what is drawn next.
    /// </summary>
    public float[]? Drawn { get; init; }

    /// <summary>Latents, [C, F, h, w], known where Painted is 0; none where none are.</summary>
    public float[] Known { get; init; } = [];

    /// <summary>[F, h, w]: 1 where latents are made anew, beside Known.</summary>
    public float[] Painted { get; init; } = [];

    /// <summary>
    /// Latents that stay as they are given, where Pinned is above 0; Renew changes them.
    /// </summary>
    public float[] Given { get; init; } = [];

    /// <summary>[F, h, w]: 1 where a latent is given; none where nothing is.</summary>
    public float[] Pinned { get; init; } = [];

    /// <summary>
    /// Makes Given what the network is to see of it at a timestep; null leaves it as it is.
    /// </summary>
    public Action<double>? Renew { get; init; }

    /// <summary>Keeps one of a clip's latent frames, [C, 1, h, w], as it is given.</summary>
    public PreparedClip WithFrame(float[] frame, int frameIndex, LatentShape shape)
    {
        var (given, pinned) = Pinned.Length > 0
            ? ((float[])Given.Clone(), (float[])Pinned.Clone())
            : (new float[shape.Length], new float[shape.ChannelLength]);
        var place = frameIndex * shape.FrameLength;
        for (var channel = 0; channel < shape.ChannelCount; channel++)
        {
            frame.AsSpan(channel * shape.FrameLength, shape.FrameLength)
                .CopyTo(given.AsSpan((channel * shape.ChannelLength) + place));
        }

        pinned.AsSpan(place, shape.FrameLength).Fill(1);
        return this with { Given = given, Pinned = pinned };
    }

    /// <summary>
    /// Puts what is known back, as noisy as the call that is next takes it. Needs Drawn.
    /// </summary>
    public void Keep(Span<float> latents, Sampler sampler)
    {
        if (Known.Length == 0)
        {
            return;
        }

        var (alpha, sigma) = sampler.IsDone
            ? (1f, 0f)
            : ((float)sampler.Level.Alpha, (float)sampler.Level.Sigma);
        for (var i = 0; i < latents.Length; i++)
        {
            var part = Painted[i % Painted.Length];
            var known = (alpha * Known[i]) + (sigma * Drawn![i]);
            latents[i] = ((1 - part) * known) + (part * latents[i]);
        }
    }

    /// <summary>
    /// Gives what the call that is next is to see. It is done between calls rather than within
    /// one, so that a checkpoint has it, and the chance that it took.
    /// </summary>
    public void Give(Span<float> latents, Sampler sampler)
    {
        if (Renew is not null && !sampler.IsDone)
        {
            Renew(sampler.Timestep);
            Pin(latents);
        }
    }

    /// <summary>Goes on with what was given when a checkpoint was left.</summary>
    public void Restore(ReadOnlySpan<float> latents)
    {
        for (var i = 0; Pinned.Length > 0 && i < latents.Length; i++)
        {
            Given[i] = Pinned[i % Pinned.Length] > 0 ? latents[i] : Given[i];
        }
    }

    /// <summary>Puts given latents back in their places.</summary>
    public void Pin(Span<float> latents)
    {
        for (var i = 0; Pinned.Length > 0 && i < latents.Length; i++)
        {
            if (Pinned[i % Pinned.Length] > 0)
            {
                latents[i] = Given[i];
            }
        }
    }
}
