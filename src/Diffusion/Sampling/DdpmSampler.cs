using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// https://arxiv.org/abs/2006.11239, equations 6 and 7. diffusers: DDPMScheduler with one of its
/// fixed variances.
/// </summary>
internal sealed class DdpmSampler : Sampler
{
    private const double LeastVariance = 1e-20;

    private readonly TrainedSteps steps;
    private readonly CleanLatents clean;

    public DdpmSampler(SamplerSettings settings, SamplerRun run)
        : base(settings, run, TrainedSteps.Spaced(settings, run))
    {
        steps = new TrainedSteps(settings, run);
        clean = new CleanLatents(settings, run.Length);
    }

    public override NoiseLevel Level => steps.Level(Timestep);

    public override bool DrawsNoise => true;

    protected override void Advance(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        var alpha = steps.Alpha((int)Timestep);
        var next = StepIndex + 1 < StepCount ? steps.Alpha((int)Timesteps[StepIndex + 1]) : 1;

        // As diffusers rounds it: near 1 that decides how much noise a step has.
        double ratio = (float)(alpha / next);
        var beta = 1 - ratio;
        var values = clean.Of(latents, prediction, Level);
        Blend.Mix(
            latents,
            Math.Sqrt(next) * beta / (1 - alpha),
            values,
            Math.Sqrt(ratio) * (1 - next) / (1 - alpha),
            latents);
        if (Timestep > 0)
        {
            var variance = Settings.HasLargeVariance
                ? beta
                : Math.Max((1 - next) / (1 - alpha) * beta, LeastVariance);
            Blend.Add(latents, Math.Sqrt(variance), Draw());
        }
    }
}
