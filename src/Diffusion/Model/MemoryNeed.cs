namespace RenderFarm.Diffusion;

/// <summary>
/// About how much memory a clip takes, in bytes, by the sizes that a package's configuration
/// names: good to tell a card that is large enough from one that is not.
/// </summary>
public sealed record MemoryNeed
{
    /// <summary>All networks' weights, which stay loaded.</summary>
    public required long Weights { get; init; }

    /// <summary>What the denoiser keeps between its layers.</summary>
    public required long Denoiser { get; init; }

    /// <summary>The denoiser's table of attention scores; 0 where attention is fused.</summary>
    public required long Scores { get; init; }

    /// <summary>What the VAE keeps while it decodes the largest piece of the clip.</summary>
    public required long Decoder { get; init; }

    /// <summary>The most at one time: the denoiser and the decoder take turns.</summary>
    public long Total => Weights + Math.Max(Denoiser + Scores, Decoder);
}
