using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// https://arxiv.org/abs/2310.04378, algorithm 3: the clean latents that a consistency model
/// sees, and fresh noise up to the next level. diffusers: LCMScheduler.
/// </summary>
internal sealed class LcmSampler : Sampler
{
    private const double DataVariance = 0.25;

    private readonly TrainedSteps steps;
    private readonly CleanLatents clean;

    public LcmSampler(SamplerSettings settings, SamplerRun run)
        : base(settings, run, TrainedSteps.Distilled(settings, run))
    {
        steps = new TrainedSteps(settings, run);
        clean = new CleanLatents(settings, run.Length);
    }

    public override NoiseLevel Level => steps.Level(Timestep);

    public override bool DrawsNoise => true;

    protected override void Advance(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        var scaled = Timestep * Settings.TimestepScaling;
        var square = (scaled * scaled) + DataVariance;
        var values = clean.Of(latents, prediction, Level);
        Blend.Mix(latents, DataVariance / square, latents, scaled / Math.Sqrt(square), values);
        if (StepIndex + 1 < StepCount)
        {
            var (alpha, sigma) = steps.Level(Timesteps[StepIndex + 1]);
            Blend.Mix(latents, alpha, latents, sigma, Draw());
        }
    }
}
