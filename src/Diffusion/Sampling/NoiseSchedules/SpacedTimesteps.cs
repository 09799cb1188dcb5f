namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>The training timesteps that a run visits, falling.</summary>
internal static class SpacedTimesteps
{
    /// <summary>From the last training timestep to the first, as most classes have it.</summary>
    /// <param name="settings">Spacing, offset and how many training timesteps there are.</param>
    /// <param name="count">How many to visit.</param>
    /// <param name="areWhole">Evenly spaced ones are rounded.</param>
    public static double[] Create(SamplerSettings settings, int count, bool areWhole)
    {
        var trained = settings.TrainStepCount;
        switch (settings.TimestepSpacing)
        {
            case TimestepSpacing.Leading:
                return Leading(count, trained / count, settings.StepsOffset, first: 0);
            case TimestepSpacing.Trailing:
                return Trailing(trained, trained, count);
            default:
                var even = SpacedSigmas.Even(trained - 1, 0, count);
                return [.. even.Select(t => areWhole ? Math.Round(t) : (float)t)];
        }
    }

    /// <summary>
    /// As the multistep solvers have it: one more than asked for, without the last, so that the
    /// run never visits timestep 0.
    /// </summary>
    /// <param name="settings">Spacing, offset and how many training timesteps there are.</param>
    /// <param name="count">How many to visit.</param>
    /// <param name="lastTimestep">One past the noisiest timestep to visit.</param>
    public static double[] CreateForSolver(SamplerSettings settings, int count, int lastTimestep)
    {
        switch (settings.TimestepSpacing)
        {
            case TimestepSpacing.Leading:
                return Leading(count, lastTimestep / (count + 1), settings.StepsOffset, first: 1);
            case TimestepSpacing.Trailing:
                return Trailing(lastTimestep, settings.TrainStepCount, count);
            default:
                var even = SpacedSigmas.Even(lastTimestep - 1, 0, count + 1);
                return [.. even[..count].Select(t => Math.Round(t))];
        }
    }

    private static double[] Leading(int count, int width, int offset, int first)
    {
        var timesteps = new double[count];
        for (var i = 0; i < count; i++)
        {
            timesteps[i] = ((count - 1 - i + first) * width) + offset;
        }

        return timesteps;
    }

    // The width is a fraction: whole steps drift wherever count does not divide trained.
    private static double[] Trailing(int last, int trained, int count)
    {
        var width = (double)trained / count;
        var timesteps = new double[Math.Min(count, (int)Math.Ceiling((last / width) - 1e-9))];
        for (var i = 0; i < timesteps.Length; i++)
        {
            timesteps[i] = Math.Round(last - (i * width)) - 1;
        }

        return timesteps;
    }
}
