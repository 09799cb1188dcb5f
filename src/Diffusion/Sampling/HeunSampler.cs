using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// Heun's rule: a step of Euler's, then the same step again with the mean of the derivatives at
/// both its ends. https://arxiv.org/abs/2206.00364, algorithm 1. diffusers: HeunDiscreteScheduler
/// and FlowMatchHeunDiscreteScheduler. Two calls of the network for each step but the last.
/// </summary>
internal sealed class HeunSampler : Sampler
{
    private readonly NoiseSchedule schedule;
    private readonly float[] derivative;
    private readonly float[] second;
    private readonly float[] start;

    public HeunSampler(SamplerSettings settings, SamplerRun run)
        : this(settings, run, EulerSampler.ScheduleOf(settings, run))
    {
    }

    private HeunSampler(SamplerSettings settings, SamplerRun run, NoiseSchedule schedule)
        : base(settings, run, Calls(schedule.Timesteps))
    {
        if (run.BeginIndex % 2 != 0)
        {
            throw new ModelException(
                $"BeginIndex: expected an even one, found {run.BeginIndex}.");
        }

        this.schedule = schedule;
        derivative = new float[run.Length];
        second = new float[run.Length];
        start = new float[run.Length];
    }

    public override NoiseLevel Level => Slope.LevelOf(Settings, Sigma);

    public override double StartScale => Slope.StartScale(Settings, schedule.Sigmas);

    protected override IEnumerable<float[]> Kept => IsSecond && !IsDone ? [derivative, start] : [];

    // Call 2i is at sigma i; call 2i + 1 is at sigma i + 1, to correct the step between.
    private bool IsSecond => StepIndex % 2 == 1;

    private double Sigma => schedule.Sigmas[(StepIndex + 1) / 2];

    public override void ScaleInput(ReadOnlySpan<float> latents, Span<float> input) =>
        Slope.ScaleInput(Settings, Sigma, latents, input);

    protected override void Advance(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        if (IsSecond)
        {
            var step = StepIndex / 2;
            var half = (schedule.Sigmas[step + 1] - schedule.Sigmas[step]) / 2;
            Derive(second, latents, prediction);
            Blend.Mix(latents, 1, start, half, derivative);
            Blend.Add(latents, half, second);
            return;
        }

        latents.CopyTo(start);
        Derive(derivative, latents, prediction);
        Blend.Add(latents, schedule.Sigmas[(StepIndex / 2) + 1] - Sigma, derivative);
    }

    private void Derive(
        Span<float> target, ReadOnlySpan<float> latents, ReadOnlySpan<float> prediction)
    {
        var (own, predicted) = Slope.Factors(Settings.Prediction, Sigma);
        Blend.Mix(target, own, latents, predicted, prediction);
        if (!Settings.ClipsClean)
        {
            return;
        }

        var (sigma, most) = ((float)Sigma, (float)Settings.ClipRange);
        for (var i = 0; i < target.Length; i++)
        {
            var clean = Math.Clamp(latents[i] - (sigma * target[i]), -most, most);
            target[i] = (latents[i] - clean) / sigma;
        }
    }

    private static double[] Calls(ReadOnlySpan<double> timesteps)
    {
        var calls = new double[(2 * timesteps.Length) - 1];
        for (var i = 0; i < calls.Length; i++)
        {
            calls[i] = timesteps[(i + 1) / 2];
        }

        return calls;
    }
}
