namespace RenderFarm.Diffusion.Noise;

/// <summary>
/// The noise a clip starts from: the values of PyTorch's CPU randn for the same seed, drawn on the
/// host for each clip, whatever device computes and whatever else is rendered beside it.
/// </summary>
internal static class GaussianNoise
{
    /// <summary>Fills in standard normal values; only the seed's low 32 bits count.</summary>
    public static void Fill(long seed, Span<float> noise) => new TorchCpuNoise(seed).Fill(noise);
}
