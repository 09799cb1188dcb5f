using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// DPM++ 2M and its kin: https://arxiv.org/abs/2211.01095, algorithm 2. diffusers:
/// DPMSolverMultistepScheduler.
/// </summary>
internal sealed class DpmMultistepSampler : Sampler
{
    private const int FewSteps = 15;

    private readonly SolverLevels levels;
    private readonly SolverOutput output;

    public DpmMultistepSampler(SamplerSettings settings, SamplerRun run)
        : this(settings, run, SolverLevels.Create(settings, run))
    {
    }

    private DpmMultistepSampler(SamplerSettings settings, SamplerRun run, SolverLevels levels)
        : base(settings, run, levels.Schedule.Timesteps)
    {
        this.levels = levels;
        var isNoise = settings.Algorithm is SolverAlgorithm.Plain
            or SolverAlgorithm.StochasticPlain;
        output = new SolverOutput(settings, run.Length, isNoise);
    }

    public override NoiseLevel Level => levels[StepIndex];

    public override bool DrawsNoise => Settings.Algorithm is SolverAlgorithm.StochasticPlusPlus
        or SolverAlgorithm.StochasticPlain;

    protected override IEnumerable<float[]> Kept => output.Before(StepIndex, Run.BeginIndex);

    private int Order
    {
        get
        {
            var (left, isShort) = (StepCount - StepIndex, StepCount < FewSteps);
            var lowers = Settings.LowersFinalOrder && isShort;
            var endsFirst = Settings.EndsWithEuler || lowers || !Settings.EndsAtLeastSigma;
            var most = left == 1 && endsFirst ? 1 : left == 2 && lowers ? 2 : Settings.Order;
            return Math.Min(most, Math.Min(Settings.Order, StepIndex - Run.BeginIndex + 1));
        }
    }

    protected override void Advance(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        output.Read(latents, prediction, Level);
        output.Keep(StepIndex);
        var order = Order;
        var (from, to) = (Level, levels[StepIndex + 1]);
        var weights = DpmWeights.Of(Settings, from, to, order);
        var h = to.Lambda - from.Lambda;
        var (newest, before, earlier) = (weights.Output, 0.0, 0.0);
        if (order > 1)
        {
            // Differences as weights of the outputs they are between.
            var ratio = (from.Lambda - levels[StepIndex - 1].Lambda) / h;
            var first = weights.First;
            if (order == 3)
            {
                var older =
                    (levels[StepIndex - 1].Lambda - levels[StepIndex - 2].Lambda) / h;
                var bend = ((ratio * weights.First) + weights.Second) / (ratio + older);
                first += bend;
                before += bend / older * -1;
                earlier += bend / older;
            }

            newest += first / ratio;
            before -= first / ratio;
        }

        Blend.Mix(latents, weights.Latents, latents, newest, output[StepIndex]);
        if (order > 1)
        {
            Blend.Add(latents, before, output[StepIndex - 1]);
        }

        if (order > 2)
        {
            Blend.Add(latents, earlier, output[StepIndex - 2]);
        }

        if (DrawsNoise)
        {
            Blend.Add(latents, weights.Noise, Draw());
        }
    }
}
