namespace RenderFarm.Contracts.Jobs;

/// <summary>The film cannot be made.</summary>
public sealed record JobFailed
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The shot that could not be rendered, if it was one.</summary>
    public string? ShotId { get; init; }
}
