using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// https://arxiv.org/abs/2204.13902, rho-AB-DEIS: the integral of the polynomial, in the logarithm
/// of noise over signal, through the last predictions of noise. diffusers: DEISMultistepScheduler.
/// </summary>
internal sealed class DeisSampler : Sampler
{
    private const int FewSteps = 15;

    private readonly SolverLevels levels;
    private readonly SolverOutput output;

    public DeisSampler(SamplerSettings settings, SamplerRun run)
        : this(settings, run, SolverLevels.Create(settings, run))
    {
    }

    private DeisSampler(SamplerSettings settings, SamplerRun run, SolverLevels levels)
        : base(settings, run, levels.Schedule.Timesteps)
    {
        this.levels = levels;
        output = new SolverOutput(settings, run.Length, isNoise: true);
    }

    public override NoiseLevel Level => levels[StepIndex];

    protected override IEnumerable<float[]> Kept => output.Before(StepIndex, Run.BeginIndex);

    private int Order
    {
        get
        {
            var lowers = Settings.LowersFinalOrder && StepCount < FewSteps;
            var most = lowers ? Math.Min(Settings.Order, StepCount - StepIndex) : Settings.Order;
            return Math.Min(most, StepIndex - Run.BeginIndex + 1);
        }
    }

    protected override void Advance(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        output.Read(latents, prediction, Level);
        output.Keep(StepIndex);
        var (order, to) = (Order, levels[StepIndex + 1]);
        Blend.Scale(latents, to.Alpha / Level.Alpha, latents);
        for (var i = 0; i < order; i++)
        {
            var others = Math.Log(levels[StepIndex - ((i + 1) % order)].Ratio);
            var weight = order switch
            {
                1 => to.Ratio - Level.Ratio,
                2 => Linear(to.Ratio, i, others) - Linear(Level.Ratio, i, others),
                _ => Square(to.Ratio, i) - Square(Level.Ratio, i),
            };
            Blend.Add(latents, to.Alpha * weight, output[StepIndex - i]);
        }
    }

    /// <summary>The integral of (log t - log c) / (log b - log c).</summary>
    private double Linear(double t, int index, double c)
    {
        var b = Math.Log(levels[StepIndex - index].Ratio);
        return t * (Math.Log(t) - c - 1) / (b - c);
    }

    /// <summary>The same with two other points, c and d.</summary>
    private double Square(double t, int index)
    {
        var (b, c, d, log) = (LogAt(index), LogAt(index + 1), LogAt(index + 2), Math.Log(t));
        var numerator = (c * (d - log + 1)) - (d * log) + d + (log * log) - (2 * log) + 2;
        return t * numerator / ((b - c) * (b - d));
    }

    private double LogAt(int index) => Math.Log(levels[StepIndex - (index % 3)].Ratio);
}
