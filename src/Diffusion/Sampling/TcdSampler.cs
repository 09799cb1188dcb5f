using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// https://arxiv.org/abs/2402.19159, algorithm 4: to a level that is cleaner than the next one by
/// eta, and fresh noise back up to it. diffusers: TCDScheduler.
/// </summary>
internal sealed class TcdSampler : Sampler
{
    private const double UsualEta = 0.3;

    private readonly TrainedSteps steps;
    private readonly CleanLatents clean;
    private readonly float[] noise;
    private readonly double eta;

    public TcdSampler(SamplerSettings settings, SamplerRun run)
        : base(settings, run, TrainedSteps.Distilled(settings, run))
    {
        steps = new TrainedSteps(settings, run);
        clean = new CleanLatents(settings, run.Length);
        noise = new float[run.Length];
        eta = run.Eta ?? UsualEta;
    }

    public override NoiseLevel Level => steps.Level(Timestep);

    public override bool DrawsNoise => eta > 0 && StepCount > 1;

    protected override void Advance(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        var isLast = StepIndex + 1 == StepCount;
        var next = isLast ? 0 : Timesteps[StepIndex + 1];
        var inner = (int)Math.Floor((1 - eta) * next);
        var (alpha, sigma) = steps.Level(inner);
        clean.NoiseOf(noise, latents, prediction, Level);
        Blend.Mix(latents, alpha, clean.Of(latents, prediction, Level), sigma, noise);
        if (eta > 0 && !isLast)
        {
            var share = steps.Alpha((int)next) / steps.Alpha(inner);
            Blend.Mix(latents, Math.Sqrt(share), latents, Math.Sqrt(1 - share), Draw());
        }
    }
}
