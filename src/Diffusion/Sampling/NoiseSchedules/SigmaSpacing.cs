namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>Where a run's sigmas come from.</summary>
internal enum SigmaSpacing
{
    /// <summary>From the timesteps.</summary>
    Timesteps,

    /// <summary>https://arxiv.org/abs/2206.00364, equation 5, with rho 7.</summary>
    Karras,

    /// <summary>Even in the logarithm.</summary>
    Exponential,

    /// <summary>https://arxiv.org/abs/2407.12173, with alpha and beta 0.6.</summary>
    Beta,

    /// <summary>Even in lambda: https://arxiv.org/abs/2206.00927.</summary>
    Lu,
}
