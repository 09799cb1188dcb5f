using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// DDIM without noise of its own, written so that it holds where no signal is left:
/// https://arxiv.org/abs/2408.06072. diffusers: CogVideoXDDIMScheduler, which clips nothing.
/// </summary>
internal sealed class CogVideoXDdimSampler : Sampler
{
    private readonly TrainedSteps steps;
    private readonly CleanLatents clean;

    public CogVideoXDdimSampler(SamplerSettings settings, SamplerRun run)
        : base(settings, run, TrainedSteps.Spaced(settings, run))
    {
        steps = new TrainedSteps(settings, run);
        clean = new CleanLatents(settings, run.Length);
    }

    public override NoiseLevel Level => steps.Level(Timestep);

    protected override void Advance(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        var timestep = (int)Timestep;
        var alpha = steps.Alpha(timestep);
        var next = steps.AlphaOrEnd(timestep - steps.Width);
        var kept = Math.Sqrt((1 - next) / (1 - alpha));
        var values = clean.Of(latents, prediction, Level);
        Blend.Mix(
            latents, kept, latents, Math.Sqrt(next) - (Math.Sqrt(alpha) * kept), values);
    }
}
