namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>Noisy latents are Alpha * clean + Sigma * noise.</summary>
/// <param name="Alpha">How much of the clean latents is left.</param>
/// <param name="Sigma">How much noise there is.</param>
internal readonly record struct NoiseLevel(double Alpha, double Sigma)
{
    /// <summary>Half the logarithm of the signal-to-noise ratio; infinite without noise.</summary>
    public double Lambda => Math.Log(Alpha) - Math.Log(Sigma);

    /// <summary>Noise over signal, which the variance-exploding samplers call sigma.</summary>
    public double Ratio => Sigma / Alpha;

    /// <summary>The level whose squares add up to one, from noise over signal.</summary>
    public static NoiseLevel OfRatio(double ratio)
    {
        var alpha = 1 / Math.Sqrt((ratio * ratio) + 1);
        return new NoiseLevel(alpha, ratio * alpha);
    }

    /// <summary>The level whose parts add up to one, as rectified flows have it.</summary>
    public static NoiseLevel OfFlow(double sigma) => new(1 - sigma, sigma);
}
