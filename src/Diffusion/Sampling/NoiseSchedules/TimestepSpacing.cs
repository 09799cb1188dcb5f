namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>
/// Which training timesteps a run visits: https://arxiv.org/abs/2305.08891, table 2.
/// </summary>
internal enum TimestepSpacing
{
    Linspace,
    Leading,
    Trailing,
}
