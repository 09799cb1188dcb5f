namespace RenderFarm.Contracts.Jobs;

/// <summary>
/// Asks that a job, or one shot of it, rest: nothing new starts, and a worker that renders hands
/// its shot back within a step. A clip that is finished is taken all the same. Answered by
/// <see cref="JobSnapshot"/>, <see cref="JobRejected"/> or <see cref="JobUnknown"/>.
/// </summary>
public sealed record PauseJob
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot, where it is not the whole job.</summary>
    public string? ShotId { get; init; }
}
