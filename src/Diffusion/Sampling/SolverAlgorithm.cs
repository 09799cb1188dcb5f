namespace RenderFarm.Diffusion.Sampling;

/// <summary>What a DPM-Solver integrates; diffusers' algorithm_type.</summary>
internal enum SolverAlgorithm
{
    /// <summary>The clean latents: https://arxiv.org/abs/2211.01095.</summary>
    PlusPlus,

    /// <summary>The noise: https://arxiv.org/abs/2206.00927.</summary>
    Plain,

    /// <summary>The clean latents, with noise drawn at every step.</summary>
    StochasticPlusPlus,

    /// <summary>The noise, with noise drawn at every step.</summary>
    StochasticPlain,
}
