namespace RenderFarm.Diffusion;

/// <summary>How strongly a model can be guided towards its prompt.</summary>
public sealed record GuidanceScaleRange
{
    /// <summary>The scale to use when none is asked for.</summary>
    public required double Default { get; init; }

    /// <summary>The weakest; 1 is none.</summary>
    public required double Minimum { get; init; }

    /// <summary>The strongest.</summary>
    public required double Maximum { get; init; }

    /// <summary>
    /// How far guided predictions are brought back to the spread of unguided ones, 0 to 1:
    /// https://arxiv.org/abs/2305.08891, section 3.4.
    /// </summary>
    public double Rescale { get; init; }

    /// <summary>The part of the steps, 0 to 1, from which on guidance is used.</summary>
    public double From { get; init; }

    /// <summary>
    /// The part of the steps, 0 to 1, up to which it is used: https://arxiv.org/abs/2404.07724.
    /// </summary>
    public double Until { get; init; } = 1;
}
