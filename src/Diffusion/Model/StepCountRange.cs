namespace RenderFarm.Diffusion;

/// <summary>How many denoising steps a model can be given.</summary>
public sealed record StepCountRange
{
    /// <summary>The count to use when none is asked for.</summary>
    public required int Default { get; init; }

    /// <summary>The count of a draft: few, for a quick look; 0 where it makes none.</summary>
    public int Draft { get; init; }

    /// <summary>The fewest.</summary>
    public required int Minimum { get; init; }

    /// <summary>The most.</summary>
    public required int Maximum { get; init; }
}
