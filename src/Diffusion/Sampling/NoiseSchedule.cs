namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// The sigmas and timesteps of a run: what diffusers' FlowMatchEulerDiscreteScheduler.set_timesteps
/// makes, kept in double and never rounded to whole timesteps.
/// </summary>
internal sealed class NoiseSchedule
{
    private readonly double[] sigmas;
    private readonly int trainStepCount;

    private NoiseSchedule(double[] sigmas, int trainStepCount) =>
        (this.sigmas, this.trainStepCount) = (sigmas, trainStepCount);

    /// <summary>How much noise is left before each step and after the last: n + 1.</summary>
    public ReadOnlySpan<double> Sigmas => sigmas;

    public int StepCount => sigmas.Length - 1;

    /// <summary>What the network is told at a step, from 0.</summary>
    public double Timestep(int stepIndex) => sigmas[stepIndex] * trainStepCount;

    /// <summary>The schedule of a settings file for so many steps.</summary>
    /// <param name="settings">The package's settings.</param>
    /// <param name="stepCount">At least 1.</param>
    /// <param name="tokenCount">Tokens the network sees; decides a dynamic shift.</param>
    public static NoiseSchedule Create(FlowMatchSettings settings, int stepCount, int tokenCount) =>
        settings.IsDynamic
            ? FromSigmas(settings, EvenSigmas(stepCount), settings.Mu(tokenCount))
            : FromStepCount(settings, stepCount, mu: 0);

    /// <summary>set_timesteps(n): shifts twice, once in the ends and once in between.</summary>
    public static NoiseSchedule FromStepCount(
        FlowMatchSettings settings,
        int stepCount,
        double mu)
    {
        // The constructor of diffusers' class takes its ends after the shift, and set_timesteps
        // shifts again what it spaces between them. Published models were tuned with that.
        var last = 1.0 / settings.TrainStepCount;
        var lowest = settings.IsDynamic ? last : Shifted(settings.Shift, last);
        return FromSigmas(settings, Spaced(1, lowest, stepCount), mu);
    }

    /// <summary>set_timesteps(sigmas=...): shifts once.</summary>
    public static NoiseSchedule FromSigmas(
        FlowMatchSettings settings,
        ReadOnlySpan<double> given,
        double mu)
    {
        var sigmas = new double[given.Length + 1];
        for (var i = 0; i < given.Length; i++)
        {
            sigmas[i] = settings.IsDynamic
                ? TimeShifted(settings.IsLinear ? mu : Math.Exp(mu), given[i])
                : Shifted(settings.Shift, given[i]);
        }

        var steps = sigmas.AsSpan(0, given.Length);
        if (settings.TerminalSigma is { } terminal)
        {
            Stretch(steps, terminal);
        }

        if (settings.IsInverted)
        {
            foreach (ref var sigma in steps)
            {
                sigma = 1 - sigma;
            }

            sigmas[^1] = 1;
        }

        return new NoiseSchedule(sigmas, settings.TrainStepCount);
    }

    /// <summary>1 down to 1/n, which pipelines with a dynamic shift start from.</summary>
    public static double[] EvenSigmas(int stepCount) => Spaced(1, 1.0 / stepCount, stepCount);

    private static double[] Spaced(double first, double last, int count)
    {
        var values = new double[count];
        var width = count == 1 ? 0 : (last - first) / (count - 1);
        for (var i = 0; i < count; i++)
        {
            values[i] = first + (width * i);
        }

        return values;
    }

    private static double Shifted(double shift, double sigma) =>
        shift * sigma / (1 + ((shift - 1) * sigma));

    private static double TimeShifted(double strength, double sigma) =>
        strength / (strength + (1 / sigma) - 1);

    // Stretches what is left of the noise so that the last step before zero ends at terminal.
    private static void Stretch(Span<double> sigmas, double terminal)
    {
        var scale = (1 - sigmas[^1]) / (1 - terminal);
        foreach (ref var sigma in sigmas)
        {
            sigma = scale == 0 ? sigma : 1 - ((1 - sigma) / scale);
        }
    }
}
