namespace RenderFarm.Contracts.Jobs;

/// <summary>
/// Asks that a paused job, or one paused shot of it, go on. A shot that was paused by itself is
/// resumed by itself. Answered by <see cref="JobSnapshot"/>, <see cref="JobRejected"/> or
/// <see cref="JobUnknown"/>.
/// </summary>
public sealed record ResumeJob
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot, where it is not the whole job.</summary>
    public string? ShotId { get; init; }
}
