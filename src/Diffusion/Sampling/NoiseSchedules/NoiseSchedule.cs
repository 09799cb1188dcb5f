namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>
/// The sigmas and timesteps of a run, made in double. The sigmas are rounded to single precision
/// once, as diffusers does: near 1 that alone decides what 1 - sigma is.
/// </summary>
internal sealed class NoiseSchedule
{
    private readonly double[] sigmas;
    private readonly double[] timesteps;

    public NoiseSchedule(ReadOnlySpan<double> sigmas, ReadOnlySpan<double> timesteps)
    {
        this.sigmas = new double[sigmas.Length];
        for (var i = 0; i < sigmas.Length; i++)
        {
            this.sigmas[i] = (float)sigmas[i];
        }

        this.timesteps = timesteps.ToArray();
    }

    /// <summary>How much noise is left before each step and after the last: n + 1.</summary>
    public ReadOnlySpan<double> Sigmas => sigmas;

    /// <summary>What the network is told at each step: n, whole only where they must be.</summary>
    public ReadOnlySpan<double> Timesteps => timesteps;

    public int StepCount => timesteps.Length;
}
