using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// https://arxiv.org/abs/2010.02502, equation 12: the clean latents, and the predicted noise up
/// to the next level, of which eta is drawn anew. diffusers: DDIMScheduler.
/// </summary>
internal sealed class DdimSampler : Sampler
{
    private readonly TrainedSteps steps;
    private readonly CleanLatents clean;
    private readonly float[] noise;
    private readonly double eta;

    public DdimSampler(SamplerSettings settings, SamplerRun run)
        : base(settings, run, TrainedSteps.Spaced(settings, run))
    {
        steps = new TrainedSteps(settings, run);
        clean = new CleanLatents(settings, run.Length);
        noise = new float[run.Length];
        eta = run.Eta ?? 0;
    }

    public override NoiseLevel Level => steps.Level(Timestep);

    public override bool DrawsNoise => eta > 0;

    protected override void Advance(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        var timestep = (int)Timestep;
        var alpha = steps.Alpha(timestep);
        var next = steps.AlphaOrEnd(timestep - steps.Width);
        var drawn = eta * Math.Sqrt((1 - next) / (1 - alpha) * (1 - (alpha / next)));
        clean.NoiseOf(noise, latents, prediction, Level);
        var values = clean.Of(latents, prediction, Level);
        Blend.Mix(
            latents,
            Math.Sqrt(next),
            values,
            Math.Sqrt(Math.Max(0, 1 - next - (drawn * drawn))),
            noise);
        if (eta > 0)
        {
            Blend.Add(latents, drawn, Draw());
        }
    }
}
