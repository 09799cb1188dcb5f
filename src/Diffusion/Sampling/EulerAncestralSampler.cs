using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// Euler's rule past the next level, and noise back up to it:
/// https://github.com/crowsonkb/k-diffusion (sample_euler_ancestral). diffusers:
/// EulerAncestralDiscreteScheduler.
/// </summary>
internal sealed class EulerAncestralSampler : Sampler
{
    private readonly NoiseSchedule schedule;

    public EulerAncestralSampler(SamplerSettings settings, SamplerRun run)
        : this(settings, run, EulerSampler.ScheduleOf(settings, run))
    {
    }

    private EulerAncestralSampler(
        SamplerSettings settings, SamplerRun run, NoiseSchedule schedule)
        : base(settings, run, schedule.Timesteps) => this.schedule = schedule;

    public override NoiseLevel Level => Slope.LevelOf(Settings, schedule.Sigmas[StepIndex]);

    public override double StartScale => Slope.StartScale(Settings, schedule.Sigmas);

    public override bool DrawsNoise => true;

    public override void ScaleInput(ReadOnlySpan<float> latents, Span<float> input) =>
        Slope.ScaleInput(Settings, schedule.Sigmas[StepIndex], latents, input);

    protected override void Advance(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        var (sigma, next) = (schedule.Sigmas[StepIndex], schedule.Sigmas[StepIndex + 1]);
        var (square, nextSquare) = (sigma * sigma, next * next);
        var up = Math.Sqrt(nextSquare * (square - nextSquare) / square);
        var down = Math.Sqrt(nextSquare - (up * up));
        var (own, predicted) = Slope.Factors(Settings.Prediction, sigma);
        var change = down - sigma;
        Blend.Mix(latents, 1 + (change * own), latents, change * predicted, prediction);
        Blend.Add(latents, up, Draw());
    }
}
