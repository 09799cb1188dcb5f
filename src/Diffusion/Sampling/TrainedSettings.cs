using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>The keys of the classes that have a table of training noise.</summary>
internal static class TrainedSettings
{
    public static SamplerSettings Read(SettingsReader reader, SamplerKind kind)
    {
        var settings = ReadNoise(reader, kind);
        return kind switch
        {
            SamplerKind.Euler or SamplerKind.EulerAncestral or SamplerKind.Heun =>
                ReadSlope(reader, settings),
            SamplerKind.DpmMultistep or SamplerKind.DpmSinglestep or SamplerKind.Deis
                or SamplerKind.UniPc => SolverSettings.Read(reader, settings),
            _ => ReadSteps(reader, settings),
        };
    }

    private static SamplerSettings ReadNoise(SettingsReader reader, SamplerKind kind)
    {
        var hasLatentDefaults = kind is SamplerKind.Heun or SamplerKind.CogVideoXDdim
            or SamplerKind.Lcm or SamplerKind.Tcd;
        var isScaled = hasLatentDefaults && kind != SamplerKind.Heun;
        var isSolver = kind is SamplerKind.DpmMultistep or SamplerKind.DpmSinglestep
            or SamplerKind.Deis or SamplerKind.UniPc;
        var startsAtZero = isSolver || kind is SamplerKind.Euler or SamplerKind.EulerAncestral
            or SamplerKind.Heun;
        var trained = reader.Numbers("trained_betas");
        if (trained?.Count == 0)
        {
            reader.Refuse("trained_betas", "at least one");
        }

        return new SamplerSettings
        {
            Kind = kind,
            TrainStepCount = trained?.Count ?? SamplerFile.TrainSteps(reader),
            TrainedBetas = trained,
            BetaStart = reader.Number("beta_start", hasLatentDefaults ? 0.00085 : 0.0001, 0, 1),
            BetaEnd = reader.Number("beta_end", hasLatentDefaults ? 0.012 : 0.02, 0, 1),
            BetaCurve = reader.Choice(
                "beta_schedule", isScaled ? "scaled_linear" : "linear", Curves(kind)),
            Prediction = reader.Choice("prediction_type", "epsilon", Predictions(kind)),

            // PNDM, Heun, DEIS and singlestep DPM-Solver do not know the key; TCD ignores it.
            HasZeroSignal = kind is not (SamplerKind.Pndm or SamplerKind.Heun or SamplerKind.Deis
                or SamplerKind.DpmSinglestep or SamplerKind.Tcd)
                && reader.Flag("rescale_betas_zero_snr"),
            KeepsLeastSignal = startsAtZero,
            TimestepSpacing = kind == SamplerKind.DpmSinglestep
                ? TimestepSpacing.Linspace
                : reader.Choice(
                    "timestep_spacing",
                    startsAtZero ? "linspace" : "leading",
                    ("linspace", TimestepSpacing.Linspace),
                    ("leading", TimestepSpacing.Leading),
                    ("trailing", TimestepSpacing.Trailing)),
            StepsOffset = reader.Count("steps_offset", 0, 0, 1000),
        };
    }

    private static (string, BetaCurve)[] Curves(SamplerKind kind) =>
    [
        ("linear", BetaCurve.Linear),
        ("scaled_linear", BetaCurve.ScaledLinear),
        ("squaredcos_cap_v2", BetaCurve.SquaredCosine),
        .. kind == SamplerKind.Heun ? [("exp", BetaCurve.Exponential)]
            : kind == SamplerKind.Ddpm
                ? [("laplace", BetaCurve.Laplace), ("sigmoid", BetaCurve.Sigmoid)]
                : Array.Empty<(string, BetaCurve)>(),
    ];

    private static (string, PredictionType)[] Predictions(SamplerKind kind) =>
    [
        ("epsilon", PredictionType.Epsilon),
        ("v_prediction", PredictionType.Velocity),
        .. kind is SamplerKind.Pndm or SamplerKind.EulerAncestral
            ? Array.Empty<(string, PredictionType)>()
            : [("sample", PredictionType.Clean)],
        .. kind == SamplerKind.Euler ? [("original_sample", PredictionType.Clean)]
            : kind is SamplerKind.DpmMultistep or SamplerKind.DpmSinglestep or SamplerKind.Deis
                or SamplerKind.UniPc
                ? [("flow_prediction", PredictionType.Flow)]
                : Array.Empty<(string, PredictionType)>(),
    ];

    private static SamplerSettings ReadSlope(SettingsReader reader, SamplerSettings settings)
    {
        if (settings.Kind == SamplerKind.EulerAncestral)
        {
            return settings;
        }

        var spaced = settings with
        {
            SigmaSpacing = SamplerFile.Spacing(
                reader,
                ("use_karras_sigmas", SigmaSpacing.Karras),
                ("use_exponential_sigmas", SigmaSpacing.Exponential),
                ("use_beta_sigmas", SigmaSpacing.Beta)),
        };
        return settings.Kind == SamplerKind.Heun
            ? spaced with
            {
                ClipsClean = reader.Flag("clip_sample"),
                ClipRange = reader.Number("clip_sample_range", 1, 0, 1e6),
            }
            : spaced with
            {
                SigmaMin = reader.Number("sigma_min"),
                SigmaMax = reader.Number("sigma_max"),
                IsLogLinear = reader.Choice(
                    "interpolation_type", "linear", ("linear", false), ("log_linear", true)),
                IsContinuous = reader.Choice(
                    "timestep_type", "discrete", ("discrete", false), ("continuous", true)),
                EndsAtLeastSigma = SolverSettings.EndsAtLeastSigma(reader),
            };
    }

    private static SamplerSettings ReadSteps(SettingsReader reader, SamplerSettings settings)
    {
        var kind = settings.Kind;
        var clips = kind is SamplerKind.Ddim or SamplerKind.Ddpm or SamplerKind.Lcm;
        var variance = kind == SamplerKind.Ddpm
            ? reader.Choice(
                "variance_type",
                "fixed_small",
                ("fixed_small", false),
                ("fixed_small_log", false),
                ("fixed_large", true))
            : false;
        return settings with
        {
            EndsAtOne = reader.Flag("set_alpha_to_one", kind != SamplerKind.Pndm),
            ClipsClean = clips && reader.Flag("clip_sample", kind != SamplerKind.Lcm),
            ClipRange = reader.Number("clip_sample_range", 1, 0, 1e6),
            Thresholds = clips && reader.Flag("thresholding"),
            ThresholdRatio = reader.Number("dynamic_thresholding_ratio", 0.995, 0, 1),
            MaxClean = reader.Number("sample_max_value", 1, 1e-6, 1e6),
            SnrShiftScale = reader.Number("snr_shift_scale", 3, 1e-3, 1e3),
            SkipsRungeKutta = reader.Flag("skip_prk_steps"),
            OriginalStepCount = reader.Count(
                "original_inference_steps",
                Math.Min(50, settings.TrainStepCount),
                1,
                settings.TrainStepCount),
            TimestepScaling = reader.Number("timestep_scaling", 10, 0, 1e6),
            HasLargeVariance = variance,
        };
    }
}
