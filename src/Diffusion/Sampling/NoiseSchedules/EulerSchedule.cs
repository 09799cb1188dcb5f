namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>
/// What set_timesteps of diffusers' Euler, Euler ancestral and HeunDiscreteScheduler makes, before
/// Heun's visits every sigma twice.
/// </summary>
internal static class EulerSchedule
{
    public static NoiseSchedule Create(SamplerSettings settings, TrainingNoise noise, int count)
    {
        var table = new RatioTable(noise);
        var timesteps = SpacedTimesteps.Create(settings, count, areWhole: false);
        double[] sigmas = settings.IsLogLinear
            ? SpacedSigmas.Create(SigmaSpacing.Exponential, table.Most, table.Least, count + 1)
            : [.. timesteps.Select(table.At)];
        if (settings.SigmaSpacing != SigmaSpacing.Timesteps)
        {
            sigmas = SpacedSigmas.Create(
                settings.SigmaSpacing,
                settings.SigmaMax ?? sigmas[0],
                settings.SigmaMin ?? sigmas[^1],
                count);
            timesteps = [.. sigmas.Select(table.TimestepOf)];
        }

        // Logarithmic interpolation brings the least sigma itself, and ends there.
        if (sigmas.Length == count)
        {
            sigmas = [.. sigmas, settings.EndsAtLeastSigma ? table.Least : 0];
        }

        var tellsSigma = settings.IsContinuous && settings.Prediction == PredictionType.Velocity;
        return new NoiseSchedule(
            sigmas,
            tellsSigma ? [.. sigmas[..count].Select(s => 0.25 * Math.Log(s))] : timesteps);
    }
}
