using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// scheduler_config.json of a FlowMatchEulerDiscreteScheduler: a key that is missing has the
/// default of that class, and a key that is unknown is ignored.
/// </summary>
internal sealed record FlowMatchSettings
{
    private const string ClassName = "FlowMatchEulerDiscreteScheduler";

    public int TrainStepCount { get; init; } = 1000;

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

    /// <exception cref="ModelException">Another class, or a variant this one lacks.</exception>
    public static FlowMatchSettings Read(ConfigFile config)
    {
        if (config.Text("_class_name") != ClassName)
        {
            throw config.Fault("_class_name", ClassName);
        }

        foreach (var variant in new[]
        {
            "use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas", "stochastic_sampling",
        })
        {
            if (config.IsSet(variant))
            {
                throw config.Fault(variant, "false");
            }
        }

        var kind = config.Text("time_shift_type", "exponential");
        if (kind is not ("exponential" or "linear"))
        {
            throw config.Fault("time_shift_type", "\"exponential\" or \"linear\"");
        }

        // diffusers treats a terminal of zero as none.
        var terminal = config.Number("shift_terminal", 0);
        return new FlowMatchSettings
        {
            TrainStepCount = config.Count("num_train_timesteps", 1000),
            Shift = config.Number("shift", 1),
            IsDynamic = config.IsSet("use_dynamic_shifting"),
            BaseShift = config.Number("base_shift", 0.5),
            MaxShift = config.Number("max_shift", 1.15),
            BaseTokenCount = config.Count("base_image_seq_len", 256),
            MaxTokenCount = config.Count("max_image_seq_len", 4096),
            IsLinear = kind == "linear",
            TerminalSigma = terminal == 0 ? null : terminal,
            IsInverted = config.IsSet("invert_sigmas"),
        };
    }

    /// <summary>The mu of a dynamic shift; a line through the base and the maximum.</summary>
    public double Mu(int tokenCount)
    {
        var slope = (MaxShift - BaseShift) / (MaxTokenCount - BaseTokenCount);
        return BaseShift + (slope * (tokenCount - BaseTokenCount));
    }
}
