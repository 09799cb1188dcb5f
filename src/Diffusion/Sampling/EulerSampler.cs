using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// Euler's rule, along the derivative of the latents by sigma: https://arxiv.org/abs/2206.00364,
/// algorithm 2 without churn, for noise that only grows; https://arxiv.org/abs/2209.03003 for
/// rectified flows, whose prediction is that derivative. diffusers: EulerDiscreteScheduler and
/// FlowMatchEulerDiscreteScheduler.
/// </summary>
internal sealed class EulerSampler : Sampler
{
    /// <summary>The name requests and manifests use.</summary>
    public const string Name = "euler";

    private readonly NoiseSchedule schedule;

    public EulerSampler(SamplerSettings settings, SamplerRun run)
        : this(settings, run, ScheduleOf(settings, run))
    {
    }

    private EulerSampler(SamplerSettings settings, SamplerRun run, NoiseSchedule schedule)
        : base(settings, run, schedule.Timesteps) => this.schedule = schedule;

    public override NoiseLevel Level => Slope.LevelOf(Settings, schedule.Sigmas[StepIndex]);

    public override double StartScale => Slope.StartScale(Settings, schedule.Sigmas);

    public override bool DrawsNoise => Settings.IsStochastic;

    /// <summary>The schedule of either family.</summary>
    public static NoiseSchedule ScheduleOf(SamplerSettings settings, SamplerRun run) =>
        settings.IsFlow
            ? FlowSchedule.Create(settings, run)
            : EulerSchedule.Create(settings, TrainingNoise.Create(settings), run.StepCount);

    public override void ScaleInput(ReadOnlySpan<float> latents, Span<float> input) =>
        Slope.ScaleInput(Settings, schedule.Sigmas[StepIndex], latents, input);

    protected override void Advance(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        var (sigma, next) = (schedule.Sigmas[StepIndex], schedule.Sigmas[StepIndex + 1]);
        if (Settings.IsStochastic)
        {
            // The clean latents, and noise up to the next level that is all new.
            Blend.Mix(latents, 1 - next, latents, -sigma * (1 - next), prediction);
            Blend.Add(latents, next, Draw());
            return;
        }

        var (own, predicted) = Slope.Factors(Settings.Prediction, sigma);
        var change = next - sigma;
        if (own == 0)
        {
            Blend.Add(latents, change * predicted, prediction);
        }
        else
        {
            Blend.Mix(
                latents, 1 + (change * own), latents, change * predicted, prediction);
        }
    }
}
