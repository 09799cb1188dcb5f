namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>All that is settled of a clip before its first step.</summary>
/// <param name="Run">Its denoiser.</param>
internal sealed record PreparedClip(IDenoiserRun Run)
{
    /// <summary>Latents, [C, F, h, w], of what it starts from; null starts from noise.</summary>
    public float[]? Clean { get; init; }

    /// <summary>Latents that stay as they are given, where Pinned is above 0.</summary>
    public float[] Given { get; init; } = [];

    /// <summary>[F, h, w]: 1 where a latent is given; none where nothing is.</summary>
    public float[] Pinned { get; init; } = [];

    /// <summary>Keeps a clip's first latent frame, [C, 1, h, w], as it is given.</summary>
    public PreparedClip WithFirst(float[] first, LatentShape shape)
    {
        var (given, pinned) = (new float[shape.Length], new float[shape.ChannelLength]);
        for (var channel = 0; channel < shape.ChannelCount; channel++)
        {
            first.AsSpan(channel * shape.FrameLength, shape.FrameLength)
                .CopyTo(given.AsSpan(channel * shape.ChannelLength));
        }

        pinned.AsSpan(0, shape.FrameLength).Fill(1);
        return this with { Given = given, Pinned = pinned };
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
