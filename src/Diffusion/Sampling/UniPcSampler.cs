using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// https://arxiv.org/abs/2302.04867, algorithms 5 to 8: each step first corrects the one before
/// with what the network says at its end. diffusers: UniPCMultistepScheduler.
/// </summary>
internal sealed class UniPcSampler : Sampler
{
    private readonly SolverLevels levels;
    private readonly SolverOutput output;
    private readonly UniPcWeights weights;
    private readonly float[] start;

    public UniPcSampler(SamplerSettings settings, SamplerRun run)
        : this(settings, run, SolverLevels.Create(settings, run))
    {
    }

    private UniPcSampler(SamplerSettings settings, SamplerRun run, SolverLevels levels)
        : base(settings, run, levels.Schedule.Timesteps)
    {
        this.levels = levels;
        output = new SolverOutput(
            settings, run.Length, settings.Algorithm == SolverAlgorithm.Plain);
        weights = new UniPcWeights(settings, levels);
        start = new float[run.Length];
    }

    public override NoiseLevel Level => levels[StepIndex];

    protected override IEnumerable<float[]> Kept => StepIndex == Run.BeginIndex
        ? []
        : output.Before(StepIndex, Run.BeginIndex).Append(start);

    private bool Corrects =>
        StepIndex > Run.BeginIndex && !Settings.Uncorrected.Contains(StepIndex - 1);

    protected override void Advance(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        var current = output.Read(latents, prediction, Level);
        if (Corrects)
        {
            Move(latents, StepIndex - 1, corrects: true);
            Blend.Add(latents, weights.Next, current);
        }

        output.Keep(StepIndex);
        latents.CopyTo(start);
        Move(latents, StepIndex, corrects: false);
    }

    private void Move(Span<float> latents, int fromStep, bool corrects)
    {
        var order = OrderAt(fromStep);
        weights.Make(fromStep, order, corrects);
        Blend.Mix(latents, weights.Latents, start, weights.Output, output[fromStep]);
        for (var i = 1; i < order; i++)
        {
            Blend.Add(latents, weights.Earlier[i], output[fromStep - i]);
        }
    }

    private int OrderAt(int stepIndex)
    {
        var most = Settings.LowersFinalOrder
            ? Math.Min(Settings.Order, StepCount - stepIndex)
            : Settings.Order;
        return Math.Min(most, stepIndex - Run.BeginIndex + 1);
    }
}
