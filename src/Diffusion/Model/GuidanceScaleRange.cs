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
}
