using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// https://arxiv.org/abs/2202.09778: a linear multistep rule over the last four predictions,
/// started by Runge-Kutta steps of four calls each, or, as Stable Diffusion has it, by a step that
/// is taken twice. diffusers: PNDMScheduler.
/// </summary>
internal sealed class PndmSampler : Sampler
{
    private const int MostKept = 4;
    private const int WarmUpCalls = 12;

    private readonly TrainedSteps steps;
    private readonly CleanLatents clean;
    private readonly float[][] predictions;
    private readonly float[] mixed;
    private readonly float[] start;
    private readonly float[] noise;

    public PndmSampler(SamplerSettings settings, SamplerRun run)
        : base(settings, run, Calls(settings, run))
    {
        if (run.BeginIndex > 0 && !settings.SkipsRungeKutta)
        {
            throw new ModelException(
                "BeginIndex: expected 0 where Runge-Kutta steps come first, "
                + $"found {run.BeginIndex}.");
        }

        steps = new TrainedSteps(settings, run);
        clean = new CleanLatents(settings, run.Length);
        predictions = [.. Enumerable.Range(0, MostKept).Select(_ => new float[run.Length])];
        (mixed, start, noise) =
            (new float[run.Length], new float[run.Length], new float[run.Length]);
    }

    public override NoiseLevel Level => steps.Level(Timestep);

    protected override IEnumerable<float[]> Kept
    {
        get
        {
            var newest = KeptBefore(Call);
            for (var i = Math.Max(0, newest - MostKept); i < newest; i++)
            {
                yield return predictions[i % MostKept];
            }

            if (InWarmUp && Call % 4 != 0)
            {
                yield return mixed;
            }

            if ((InWarmUp && Call % 4 != 0) || (Settings.SkipsRungeKutta && Call == 1))
            {
                yield return start;
            }
        }
    }

    private int Call => StepIndex - Run.BeginIndex;

    private bool InWarmUp => !Settings.SkipsRungeKutta && Call < WarmUpCalls;

    protected override void Advance(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        if (InWarmUp)
        {
            RungeKutta(latents, prediction);
        }
        else
        {
            Multistep(latents, prediction);
        }
    }

    // Two points half a width apart for each of the first three steps, each called twice.
    private static double[] Calls(SamplerSettings settings, SamplerRun run)
    {
        var spaced = TrainedSteps.Spaced(settings, run);
        if (settings.SkipsRungeKutta)
        {
            return run.StepCount < 2 ? spaced : [spaced[0], spaced[1], .. spaced[1..]];
        }

        if (spaced.Length < MostKept)
        {
            throw new ModelException(
                $"StepCount: expected at least {MostKept}, found {spaced.Length}.");
        }

        var half = settings.TrainStepCount / run.StepCount / 2;
        var calls = new List<double>();
        for (var i = 0; i < MostKept - 1; i++)
        {
            var middle = spaced[i + 1] + half;
            calls.AddRange([spaced[i], middle, middle, spaced[i + 1]]);
        }

        return [.. calls, .. spaced[(MostKept - 1)..]];
    }

    /// <summary>How many predictions were kept before a call, with those dropped since.</summary>
    private int KeptBefore(int call) => Settings.SkipsRungeKutta
        ? call - (call > 1 ? 1 : 0)
        : call < WarmUpCalls ? (call + 3) / 4 : call - WarmUpCalls + (WarmUpCalls / 4);

    private void RungeKutta(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        var timestep = (int)Timesteps[StepIndex / 4 * 4];
        var part = StepIndex % 4;
        var half = steps.Width / 2;
        var next = (int)Timestep - (part % 2 == 0 ? half : 0);
        if (part == 0)
        {
            prediction.CopyTo(predictions[StepIndex / 4 % MostKept]);
            latents.CopyTo(start);
            Blend.Scale(mixed, 1.0 / 6, prediction);
            Move(latents, start, prediction, timestep, next);
        }
        else
        {
            Blend.Add(mixed, part == 3 ? 1.0 / 6 : 1.0 / 3, prediction);
            Move(latents, start, part == 3 ? mixed : prediction, timestep, next);
        }
    }

    private void Multistep(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        var timestep = (int)Timestep;
        if (Settings.SkipsRungeKutta && Call == 1)
        {
            // The first step again, with the mean of the predictions at both its ends.
            Blend.Mix(mixed, 0.5, prediction, 0.5, predictions[0]);
            Move(latents, start, mixed, timestep + steps.Width, timestep);
            return;
        }

        var newest = KeptBefore(Call);
        prediction.CopyTo(predictions[newest % MostKept]);
        if (newest == 0)
        {
            latents.CopyTo(start);
        }

        Mix(newest);
        Move(latents, latents, mixed, timestep, timestep - steps.Width);
    }

    /// <summary>Adams and Bashforth's weights over as many predictions as there are.</summary>
    private void Mix(int newest)
    {
        ReadOnlySpan<double> weights = newest switch
        {
            0 => [1],
            1 => [3.0 / 2, -1.0 / 2],
            2 => [23.0 / 12, -16.0 / 12, 5.0 / 12],
            _ => [55.0 / 24, -59.0 / 24, 37.0 / 24, -9.0 / 24],
        };
        Blend.Scale(mixed, weights[0], predictions[newest % MostKept]);
        for (var i = 1; i < weights.Length; i++)
        {
            Blend.Add(mixed, weights[i], predictions[(newest - i) % MostKept]);
        }
    }

    /// <summary>Equation 11.</summary>
    private void Move(
        Span<float> target,
        ReadOnlySpan<float> from,
        ReadOnlySpan<float> prediction,
        int timestep,
        int nextTimestep)
    {
        var (alpha, next) = (steps.Alpha(timestep), steps.AlphaOrEnd(nextTimestep));
        clean.NoiseOf(noise, from, prediction, steps.Level(timestep));
        var scale = (alpha * Math.Sqrt(1 - next)) + Math.Sqrt(alpha * (1 - alpha) * next);
        Blend.Mix(target, Math.Sqrt(next / alpha), from, -(next - alpha) / scale, noise);
    }
}
