namespace RenderFarm.Contracts.Jobs;

/// <summary>
/// The job, or one shot of it, was paused by its owner. Workers let go within a step.
/// </summary>
public sealed record JobPaused
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot, where it is not the whole job.</summary>
    public string? ShotId { get; init; }
}
