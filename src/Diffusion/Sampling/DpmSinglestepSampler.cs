using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// The singlestep DPM-Solver: steps of its order, each from the level that the last one ended
/// at. https://arxiv.org/abs/2211.01095, algorithm 1. diffusers: DPMSolverSinglestepScheduler.
/// </summary>
internal sealed class DpmSinglestepSampler : Sampler
{
    private readonly SolverLevels levels;
    private readonly SolverOutput output;
    private readonly float[] start;
    private readonly bool lowersFinalOrder;

    public DpmSinglestepSampler(SamplerSettings settings, SamplerRun run)
        : this(settings, run, SolverLevels.Create(settings, run))
    {
    }

    private DpmSinglestepSampler(SamplerSettings settings, SamplerRun run, SolverLevels levels)
        : base(settings, run, levels.Schedule.Timesteps)
    {
        this.levels = levels;
        output = new SolverOutput(
            settings, run.Length, settings.Algorithm == SolverAlgorithm.Plain);
        start = new float[run.Length];

        // diffusers turns this on by itself where steps do not fill the last order.
        lowersFinalOrder = settings.LowersFinalOrder || StepCount % settings.Order != 0;
    }

    public override NoiseLevel Level => levels[StepIndex];

    public override bool DrawsNoise => Settings.Algorithm == SolverAlgorithm.StochasticPlusPlus;

    protected override IEnumerable<float[]> Kept => StepIndex == Run.BeginIndex
        ? []
        : output.Before(StepIndex, Run.BeginIndex).Append(start);

    protected override void Advance(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        output.Read(latents, prediction, Level);
        output.Keep(StepIndex);
        var order = Math.Min(OrderAt(StepIndex), StepIndex - Run.BeginIndex + 1);
        if (order == 1)
        {
            latents.CopyTo(start);
        }

        var first = StepIndex - order + 1;
        var (from, to) = (levels[first], levels[StepIndex + 1]);
        var weights = DpmWeights.Of(Settings, from, to, order);
        Blend.Mix(latents, weights.Latents, start, weights.Output, output[first]);
        var h = to.Lambda - from.Lambda;
        if (order == 2)
        {
            Difference(latents, weights.First * h / (Level.Lambda - from.Lambda), first, 1);
        }
        else if (order == 3)
        {
            // Through three points; the weights are of the slope and the bend at the first.
            var near = (levels[first + 1].Lambda - from.Lambda) / h;
            var far = (Level.Lambda - from.Lambda) / h;
            var (slope, bend) = Settings.IsHeun
                ? (weights.First, 2 * weights.Second)
                : (0.0, 0.0);
            var last = Settings.IsHeun
                ? (bend - (slope * near)) / (far - near)
                : weights.First;
            var middle = ((slope * far) - bend) / (far - near);
            Difference(latents, last / far, first, 2);
            Difference(latents, middle / near, first, 1);
        }

        if (DrawsNoise)
        {
            Blend.Add(latents, weights.Noise, Draw());
        }
    }

    private void Difference(Span<float> latents, double weight, int first, int after)
    {
        Blend.Add(latents, weight, output[first + after]);
        Blend.Add(latents, -weight, output[first]);
    }

    /// <summary>1, 2, .., then 1 again; the last ones lower where the settings ask.</summary>
    private int OrderAt(int stepIndex)
    {
        var (order, left) = (Settings.Order, StepCount - stepIndex);
        if (left == 1 && (!Settings.EndsAtLeastSigma || (lowersFinalOrder && order < 3)))
        {
            return 1;
        }

        if (!lowersFinalOrder || order < 3)
        {
            return (stepIndex % order) + 1;
        }

        // 1 2 1, 1 or 1 2 at the end, for what is left of the threes.
        return left == 1
            ? StepCount % 3 == 2 ? 2 : 1
            : (stepIndex % 3) + 1;
    }
}
