using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// A scheduler_config.json as <see cref="SamplerFile"/> reads it: every key that decides a number,
/// with the default that diffusers' class has. What a class does not know has no effect on it.
/// </summary>
internal sealed record SamplerSettings
{
    public required SamplerKind Kind { get; init; }

    public int TrainStepCount { get; init; } = 1000;

    public PredictionType Prediction { get; init; }

    // The noise of training.
    public double BetaStart { get; init; } = 0.0001;

    public double BetaEnd { get; init; } = 0.02;

    public BetaCurve BetaCurve { get; init; }

    public IReadOnlyList<double>? TrainedBetas { get; init; }

    /// <summary>The last training timestep is stretched to no signal at all.</summary>
    public bool HasZeroSignal { get; init; }

    /// <summary>A little signal is kept even then, so that noise over signal is finite.</summary>
    public bool KeepsLeastSignal { get; init; }

    public double SnrShiftScale { get; init; } = 3;

    // The steps of a run.
    public TimestepSpacing TimestepSpacing { get; init; }

    public int StepsOffset { get; init; }

    public SigmaSpacing SigmaSpacing { get; init; }

    public double? SigmaMin { get; init; }

    public double? SigmaMax { get; init; }

    /// <summary>The run ends at the least noise of training; otherwise at none.</summary>
    public bool EndsAtLeastSigma { get; init; }

    /// <summary>After the last training timestep there is no noise; otherwise that of 0.</summary>
    public bool EndsAtOne { get; init; } = true;

    /// <summary>Sigmas are interpolated in their logarithm.</summary>
    public bool IsLogLinear { get; init; }

    /// <summary>The network is told a quarter of the logarithm of sigma.</summary>
    public bool IsContinuous { get; init; }

    public double LeastLambda { get; init; } = double.NegativeInfinity;

    // Rectified flows.
    public bool IsFlow { get; init; }

    /// <summary>shift of the flow-match classes, flow_shift of the solvers.</summary>
    public double Shift { get; init; } = 1;

    /// <summary>The shift follows from the number of tokens rather than from Shift.</summary>
    public bool IsDynamic { get; init; }

    public double BaseShift { get; init; } = 0.5;

    public double MaxShift { get; init; } = 1.15;

    public int BaseTokenCount { get; init; } = 256;

    public int MaxTokenCount { get; init; } = 4096;

    /// <summary>The dynamic shift is linear in mu; otherwise exponential.</summary>
    public bool IsLinear { get; init; }

    /// <summary>The last sigma before zero, if the schedule is stretched to one.</summary>
    public double? TerminalSigma { get; init; }

    /// <summary>Sigmas rise from 0 to 1.</summary>
    public bool IsInverted { get; init; }

    /// <summary>Each step draws its noise anew.</summary>
    public bool IsStochastic { get; init; }

    // The predicted clean latents.
    public bool ClipsClean { get; init; }

    public double ClipRange { get; init; } = 1;

    /// <summary>https://arxiv.org/abs/2205.11487, dynamic thresholding.</summary>
    public bool Thresholds { get; init; }

    public double ThresholdRatio { get; init; } = 0.995;

    public double MaxClean { get; init; } = 1;

    // Multistep solvers.
    public int Order { get; init; } = 2;

    public SolverAlgorithm Algorithm { get; init; }

    /// <summary>solver_type heun; otherwise midpoint.</summary>
    public bool IsHeun { get; init; }

    /// <summary>solver_type bh1; otherwise bh2.</summary>
    public bool IsBh1 { get; init; }

    public bool LowersFinalOrder { get; init; } = true;

    public bool EndsWithEuler { get; init; }

    /// <summary>Steps after which UniPC does not correct.</summary>
    public IReadOnlyList<int> Uncorrected { get; init; } = [];

    /// <summary>PNDM starts without its Runge-Kutta steps.</summary>
    public bool SkipsRungeKutta { get; init; }

    // Consistency models.
    public int OriginalStepCount { get; init; } = 50;

    public double TimestepScaling { get; init; } = 10;

    /// <summary>DDPM adds all of a step's noise; otherwise what is left after the step.</summary>
    public bool HasLargeVariance { get; init; }


    /// <summary>The most steps that a run may have.</summary>
    public int MostStepCount => Kind switch
    {
        SamplerKind.Lcm or SamplerKind.Tcd => OriginalStepCount,
        SamplerKind.Pndm when !SkipsRungeKutta => TrainStepCount / 2,
        SamplerKind.FlowEuler or SamplerKind.FlowHeun => int.MaxValue,
        _ => TrainStepCount,
    };

    /// <summary>The mu of a run's dynamic shift: given, or on a line through two sizes.</summary>
    public double MuOf(SamplerRun run) => run.Mu ?? Mu(run.TokenCount);

    public double Mu(int tokenCount)
    {
        var slope = (MaxShift - BaseShift) / (MaxTokenCount - BaseTokenCount);
        return BaseShift + (slope * (tokenCount - BaseTokenCount));
    }

    /// <summary>Begins a run.</summary>
    /// <exception cref="ModelException">The run has more steps than the settings allow.</exception>
    public Sampler Start(SamplerRun run)
    {
        if (run.StepCount < 1 || run.StepCount > MostStepCount)
        {
            throw new ModelException(
                $"StepCount: expected 1 to {MostStepCount}, found {run.StepCount}.");
        }

        return Kind switch
        {
            SamplerKind.FlowEuler or SamplerKind.Euler => new EulerSampler(this, run),
            SamplerKind.FlowHeun or SamplerKind.Heun => new HeunSampler(this, run),
            SamplerKind.EulerAncestral => new EulerAncestralSampler(this, run),
            SamplerKind.Ddim => new DdimSampler(this, run),
            SamplerKind.CogVideoXDdim => new CogVideoXDdimSampler(this, run),
            SamplerKind.Ddpm => new DdpmSampler(this, run),
            SamplerKind.Pndm => new PndmSampler(this, run),
            SamplerKind.Lcm => new LcmSampler(this, run),
            SamplerKind.Tcd => new TcdSampler(this, run),
            SamplerKind.DpmMultistep => new DpmMultistepSampler(this, run),
            SamplerKind.DpmSinglestep => new DpmSinglestepSampler(this, run),
            SamplerKind.Deis => new DeisSampler(this, run),
            SamplerKind.UniPc => new UniPcSampler(this, run),
            _ => throw new InvalidOperationException($"No sampler is made for {Kind}."),
        };
    }
}
