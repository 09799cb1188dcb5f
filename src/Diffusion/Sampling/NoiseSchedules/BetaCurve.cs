namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>How the noise added at a training timestep grows; diffusers' beta_schedule.</summary>
internal enum BetaCurve
{
    Linear,

    /// <summary>Linear in the square root.</summary>
    ScaledLinear,

    /// <summary>https://arxiv.org/abs/2102.09672, section 3.2.</summary>
    SquaredCosine,

    Exponential,

    Laplace,

    Sigmoid,
}
