using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>The keys of diffusers' flow-match classes.</summary>
internal static class FlowSettings
{
    private const double MostShift = 1000;

    public static SamplerSettings Read(SettingsReader reader, SamplerKind kind)
    {
        var settings = new SamplerSettings
        {
            Kind = kind,
            Prediction = PredictionType.Flow,
            IsFlow = true,
            TrainStepCount = SamplerFile.TrainSteps(reader),
            Shift = reader.Number("shift", 1, 1e-3, MostShift),
        };
        return kind == SamplerKind.FlowHeun ? settings : ReadEuler(reader, settings);
    }

    /// <summary>The keys that all rectified flows share, solvers' included.</summary>
    public static SamplerSettings ReadShift(SettingsReader reader, SamplerSettings settings) =>
        settings with
        {
            IsDynamic = reader.Flag("use_dynamic_shifting"),
            BaseShift = reader.Number("base_shift") ?? settings.BaseShift,
            MaxShift = reader.Number("max_shift") ?? settings.MaxShift,
            BaseTokenCount = reader.Count(
                "base_image_seq_len", settings.BaseTokenCount, 1, int.MaxValue),
            MaxTokenCount = reader.Count(
                "max_image_seq_len", settings.MaxTokenCount, 1, int.MaxValue),
            IsLinear = reader.Choice(
                "time_shift_type", "exponential", ("exponential", false), ("linear", true)),

            // diffusers treats a terminal of zero as none.
            TerminalSigma = reader.Number("shift_terminal", 0, 0, 0.999) is var terminal
                && terminal > 0 ? terminal : null,
        };

    private static SamplerSettings ReadEuler(SettingsReader reader, SamplerSettings settings)
    {
        var read = ReadShift(reader, settings) with
        {
            IsInverted = reader.Flag("invert_sigmas"),
            IsStochastic = reader.Flag("stochastic_sampling"),
            SigmaSpacing = SamplerFile.Spacing(
                reader,
                ("use_karras_sigmas", SigmaSpacing.Karras),
                ("use_exponential_sigmas", SigmaSpacing.Exponential),
                ("use_beta_sigmas", SigmaSpacing.Beta)),
        };
        if (read.IsDynamic && read.BaseTokenCount == read.MaxTokenCount)
        {
            reader.Refuse("max_image_seq_len", "another number than base_image_seq_len");
        }

        return read;
    }
}
