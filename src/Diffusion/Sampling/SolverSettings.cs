using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>The keys of diffusers' multistep solvers.</summary>
internal static class SolverSettings
{
    private const double MostShift = 1000;

    public static bool EndsAtLeastSigma(SettingsReader reader) => reader.Choice(
        "final_sigmas_type", "zero", ("zero", false), ("sigma_min", true));

    public static SamplerSettings Read(SettingsReader reader, SamplerSettings settings)
    {
        var kind = settings.Kind;
        var (isUniPc, isDeis) = (kind == SamplerKind.UniPc, kind == SamplerKind.Deis);
        var read = settings with
        {
            Order = SamplerFile.Order(reader),
            Algorithm = Algorithm(reader, kind),
            Thresholds = reader.Flag("thresholding"),
            ThresholdRatio = reader.Number("dynamic_thresholding_ratio", 0.995, 0, 1),
            MaxClean = reader.Number("sample_max_value", 1, 1e-6, 1e6),
            LowersFinalOrder =
                reader.Flag("lower_order_final", kind != SamplerKind.DpmSinglestep),
            EndsAtLeastSigma = isDeis || EndsAtLeastSigma(reader),
            SigmaSpacing = Spacing(reader, kind),
            IsFlow = reader.Flag("use_flow_sigmas"),
            Shift = reader.Number("flow_shift", 1, 1e-3, MostShift),
            LeastLambda = isUniPc || isDeis
                ? double.NegativeInfinity
                : reader.Number("lambda_min_clipped") ?? double.NegativeInfinity,
        };
        read = FlowSettings.ReadShift(reader, read);
        read = isUniPc ? ReadUniPc(reader, read) : ReadDpm(reader, read);
        Check(reader, read);
        return read;
    }

    private static SigmaSpacing Spacing(SettingsReader reader, SamplerKind kind) =>
        SamplerFile.Spacing(
            reader,
            [
                ("use_karras_sigmas", SigmaSpacing.Karras),
                .. kind == SamplerKind.DpmMultistep
                    ? [("use_lu_lambdas", SigmaSpacing.Lu)]
                    : Array.Empty<(string, SigmaSpacing)>(),
                ("use_exponential_sigmas", SigmaSpacing.Exponential),
                ("use_beta_sigmas", SigmaSpacing.Beta),
            ]);

    // Each solver takes the others' names for what it has itself.
    private static SolverAlgorithm Algorithm(SettingsReader reader, SamplerKind kind) =>
        kind switch
        {
            SamplerKind.UniPc => reader.Flag("predict_x0", true)
                ? SolverAlgorithm.PlusPlus
                : SolverAlgorithm.Plain,
            SamplerKind.Deis => reader.Choice(
                "algorithm_type",
                "deis",
                ("deis", SolverAlgorithm.Plain),
                ("dpmsolver", SolverAlgorithm.Plain),
                ("dpmsolver++", SolverAlgorithm.Plain)),
            _ => reader.Choice(
                "algorithm_type",
                "dpmsolver++",
                [
                    ("dpmsolver++", SolverAlgorithm.PlusPlus),
                    ("deis", SolverAlgorithm.PlusPlus),
                    ("dpmsolver", SolverAlgorithm.Plain),
                    ("sde-dpmsolver++", SolverAlgorithm.StochasticPlusPlus),
                    .. kind == SamplerKind.DpmMultistep
                        ? [("sde-dpmsolver", SolverAlgorithm.StochasticPlain)]
                        : Array.Empty<(string, SolverAlgorithm)>(),
                ]),
        };

    private static SamplerSettings ReadUniPc(SettingsReader reader, SamplerSettings settings)
    {
        if (reader.Text("solver_p", "") is { Length: > 0 })
        {
            reader.Refuse("solver_p", "none");
        }

        return settings with
        {
            IsBh1 = reader.Choice(
                "solver_type",
                "bh2",
                ("bh2", false),
                ("bh1", true),
                ("midpoint", false),
                ("heun", false),
                ("logrho", false)),
            Uncorrected =
                [.. (reader.Numbers("disable_corrector") ?? []).Select(step => (int)step)],
            SigmaMin = reader.Number("sigma_min"),
            SigmaMax = reader.Number("sigma_max"),
        };
    }

    private static SamplerSettings ReadDpm(SettingsReader reader, SamplerSettings settings)
    {
        if (settings.Kind != SamplerKind.Deis && reader.Text("variance_type", "") is "learned"
            or "learned_range")
        {
            reader.Refuse("variance_type", "none, since networks here predict no variance");
        }

        return settings with
        {
            IsHeun = reader.Choice(
                "solver_type",
                settings.Kind == SamplerKind.Deis ? "logrho" : "midpoint",
                ("midpoint", false),
                ("heun", true),
                ("logrho", false),
                ("bh1", false),
                ("bh2", false)),
            EndsWithEuler =
                settings.Kind == SamplerKind.DpmMultistep && reader.Flag("euler_at_final"),
            TerminalSigma = null,
        };
    }

    /// <summary>What diffusers refuses, or answers with no number.</summary>
    private static void Check(SettingsReader reader, SamplerSettings settings)
    {
        var (isUniPc, endsAtZero) =
            (settings.Kind == SamplerKind.UniPc, !settings.EndsAtLeastSigma);
        if (settings.IsFlow != (settings.Prediction == PredictionType.Flow)
            && settings.Prediction == PredictionType.Flow)
        {
            reader.Refuse("use_flow_sigmas", "true beside flow_prediction");
        }

        if (settings.IsFlow && settings.SigmaSpacing != SigmaSpacing.Timesteps
            && !(isUniPc && settings.SigmaSpacing == SigmaSpacing.Karras))
        {
            reader.Refuse("use_flow_sigmas", "false beside another spacing of sigmas");
        }

        if (endsAtZero && isUniPc && settings.IsBh1)
        {
            reader.Refuse("solver_type", "\"bh2\" where sigmas end at zero");
        }

        if (endsAtZero && isUniPc && settings.Order > 1 && !settings.LowersFinalOrder)
        {
            reader.Refuse("lower_order_final", "true where sigmas end at zero");
        }

        if (endsAtZero && !isUniPc && settings.Algorithm is SolverAlgorithm.Plain
            or SolverAlgorithm.StochasticPlain)
        {
            reader.Refuse("final_sigmas_type", "\"sigma_min\" for this algorithm_type");
        }

        if (settings.Order == 3 && settings.Algorithm == SolverAlgorithm.StochasticPlain)
        {
            reader.Refuse("solver_order", "1 or 2 for sde-dpmsolver");
        }

        if (settings.Prediction == PredictionType.Flow && settings.Kind != SamplerKind.Deis
            && settings.Algorithm is SolverAlgorithm.Plain or SolverAlgorithm.StochasticPlain)
        {
            reader.Refuse("prediction_type", "another one for a solver of noise");
        }
    }
}
