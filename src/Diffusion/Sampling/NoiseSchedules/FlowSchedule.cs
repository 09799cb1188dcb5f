namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>
/// What set_timesteps of diffusers' FlowMatchEuler and FlowMatchHeunDiscreteScheduler makes.
/// </summary>
internal static class FlowSchedule
{
    public static NoiseSchedule Create(SamplerSettings settings, SamplerRun run)
    {
        if (run.Sigmas is { } given)
        {
            return FromSigmas(settings, run, [.. given]);
        }

        // Pipelines of a dynamic shift give the sigmas themselves, unless they give mu alone.
        return settings.IsDynamic && run.Mu is null
            ? FromSigmas(settings, run, SamplerRun.EvenSigmas(run.StepCount))
            : FromSigmas(settings, run, Ends(settings, run.StepCount));
    }

    /// <summary>
    /// The constructor of diffusers' class takes its ends after the shift, and set_timesteps
    /// shifts again what it spaces between them. Published models were tuned with that.
    /// </summary>
    private static double[] Ends(SamplerSettings settings, int stepCount)
    {
        var last = 1.0 / settings.TrainStepCount;
        var lowest = settings.IsDynamic ? last : FlowShift.Fixed(settings.Shift, last);
        return SpacedSigmas.Even(1, lowest, stepCount);
    }

    private static NoiseSchedule FromSigmas(
        SamplerSettings settings, SamplerRun run, double[] sigmas)
    {
        foreach (ref var sigma in sigmas.AsSpan())
        {
            sigma = settings.IsDynamic
                ? FlowShift.Dynamic(settings.MuOf(run), sigma, settings.IsLinear)
                : FlowShift.Fixed(settings.Shift, sigma);
        }

        if (settings.TerminalSigma is { } terminal)
        {
            FlowShift.Stretch(sigmas, terminal);
        }

        if (settings.SigmaSpacing != SigmaSpacing.Timesteps)
        {
            sigmas = SpacedSigmas.Create(
                settings.SigmaSpacing, sigmas[0], sigmas[^1], sigmas.Length);
        }

        foreach (ref var sigma in sigmas.AsSpan())
        {
            sigma = settings.IsInverted ? 1 - sigma : sigma;
        }

        return new NoiseSchedule(
            [.. sigmas, settings.IsInverted ? 1 : 0],
            [.. sigmas.Select(sigma => sigma * settings.TrainStepCount)]);
    }
}
