namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>
/// What set_timesteps of diffusers' DPMSolverMultistep, DPMSolverSinglestep, DEISMultistep and
/// UniPCMultistepScheduler makes. All four tell the network whole timesteps.
/// </summary>
internal static class SolverSchedule
{
    // Without it the logarithm of no signal at all would be taken.
    private const double LeastSignal = 1e-6;

    public static NoiseSchedule Create(
        SamplerSettings settings, TrainingNoise noise, SamplerRun run)
    {
        var table = new RatioTable(noise);
        if (settings.SigmaSpacing != SigmaSpacing.Timesteps)
        {
            return Spaced(settings, table, run.StepCount);
        }

        if (settings.IsFlow)
        {
            return settings.Kind == SamplerKind.UniPc
                ? UniPc(settings, run)
                : Flow(settings, run, table);
        }

        var timesteps = SpacedTimesteps.CreateForSolver(
            settings, run.StepCount, LastTimestep(settings, noise));
        return new NoiseSchedule(
            [.. timesteps.Select(table.At), settings.EndsAtLeastSigma ? table.Least : 0],
            timesteps);
    }

    // The timesteps whose lambda is below the limit are too noisy to start from.
    private static int LastTimestep(SamplerSettings settings, TrainingNoise noise)
    {
        var last = noise.Count;
        while (last > 1 && noise.Level(last - 1).Lambda < settings.LeastLambda)
        {
            last--;
        }

        return last;
    }

    private static NoiseSchedule Spaced(SamplerSettings settings, RatioTable table, int count)
    {
        var sigmas = SpacedSigmas.Create(
            settings.SigmaSpacing,
            settings.SigmaMax ?? table.Most,
            settings.SigmaMin ?? table.Least,
            count);
        var isUniPc = settings.Kind == SamplerKind.UniPc;
        var isRounded = settings.SigmaSpacing is SigmaSpacing.Karras or SigmaSpacing.Lu;
        if (settings.Kind == SamplerKind.DpmMultistep)
        {
            isRounded &= settings.BetaCurve != BetaCurve.SquaredCosine;
        }

        double[] timesteps = [.. sigmas.Select(table.TimestepOf)];
        if (isUniPc && settings.IsFlow && settings.SigmaSpacing == SigmaSpacing.Karras)
        {
            sigmas = [.. sigmas.Select(sigma => sigma / (sigma + 1))];
            timesteps = [.. sigmas.Select(sigma => sigma * settings.TrainStepCount)];
            isRounded = false;
        }

        var endsAtItsLast = isUniPc || settings.Kind == SamplerKind.Deis;
        var least = endsAtItsLast ? sigmas[^1] : table.Least;
        return new NoiseSchedule(
            [.. sigmas, settings.EndsAtLeastSigma ? least : 0],
            [.. timesteps.Select(t => isRounded ? Math.Round(t) : Math.Truncate(t))]);
    }

    // From 1 to 1/N in n + 1 points, without the last: then shifted.
    private static NoiseSchedule UniPc(SamplerSettings settings, SamplerRun run)
    {
        double[] sigmas = run.Sigmas is { } given
            ? [.. given]
            : SpacedSigmas.Even(1, 1.0 / settings.TrainStepCount, run.StepCount + 1)[..^1];
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

        if (Math.Abs(sigmas[0] - 1) < LeastSignal)
        {
            sigmas[0] -= LeastSignal;
        }

        return Whole(settings, sigmas, sigmas[^1]);
    }

    // From the other end: 0 to 1 - 1/N in n + 1 points, shifted, reversed, without the 0.
    private static NoiseSchedule Flow(
        SamplerSettings settings, SamplerRun run, RatioTable table)
    {
        var shift = settings.IsDynamic ? Math.Exp(settings.MuOf(run)) : settings.Shift;
        var noisiest = 1 - (1.0 / settings.TrainStepCount);
        double[] sigmas =
        [
            .. SpacedSigmas.Even(noisiest, 0, run.StepCount + 1)[..^1]
                .Select(sigma => FlowShift.Fixed(shift, sigma)),
        ];
        var least = settings.Kind == SamplerKind.Deis ? sigmas[^1] : table.Least;
        return Whole(settings, sigmas, least);
    }

    private static NoiseSchedule Whole(SamplerSettings settings, double[] sigmas, double least) =>
        new(
            [.. sigmas, settings.EndsAtLeastSigma ? least : 0],
            [.. sigmas.Select(sigma => Math.Truncate(sigma * settings.TrainStepCount))]);
}
