namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>What a network predicts of noisy latents x = alpha * clean + sigma * noise.</summary>
internal enum PredictionType
{
    /// <summary>The noise.</summary>
    Epsilon,

    /// <summary>alpha * noise - sigma * clean: https://arxiv.org/abs/2202.00512.</summary>
    Velocity,

    /// <summary>The clean latents; diffusers' "sample".</summary>
    Clean,

    /// <summary>noise - clean, with alpha = 1 - sigma: https://arxiv.org/abs/2209.03003.</summary>
    Flow,
}
