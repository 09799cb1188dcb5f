namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>Between noise over signal and the training timesteps that had it.</summary>
internal sealed class RatioTable(TrainingNoise noise)
{
    private readonly double[] ratios = noise.Ratios();

    /// <summary>The least noisy.</summary>
    public double Least => ratios[0];

    public double Most => ratios[^1];

    /// <summary>Noise over signal at a timestep that may be a fraction.</summary>
    public double At(double timestep)
    {
        var low = (int)Math.Clamp(Math.Floor(timestep), 0, ratios.Length - 1);
        var high = Math.Min(low + 1, ratios.Length - 1);
        return ratios[low] + ((ratios[high] - ratios[low]) * Math.Max(timestep - low, 0));
    }

    /// <summary>The timestep of a sigma, by lines in its logarithm.</summary>
    public double TimestepOf(double sigma)
    {
        var least = Math.Max(sigma, 1e-10);
        var found = Array.BinarySearch(ratios, least);
        var low = Math.Clamp(found >= 0 ? found : ~found - 1, 0, ratios.Length - 2);
        var (below, above) = (Math.Log(ratios[low]), Math.Log(ratios[low + 1]));
        var share = Math.Clamp((below - Math.Log(least)) / (below - above), 0, 1);
        return ((1 - share) * low) + (share * (low + 1));
    }
}
