namespace RenderFarm.Contracts.Jobs;

/// <summary>
/// Asks that a job stop, or one shot of a job that goes on without it. Answered by
/// <see cref="JobSnapshot"/>, <see cref="JobRejected"/> or <see cref="JobUnknown"/>.
/// </summary>
public sealed record CancelJob
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>
    /// Which shot, where it is not the whole job; the film then has a card in its place. Only for
    /// jobs whose <c>onFailedShot</c> is <c>card</c>.
    /// </summary>
    public string? ShotId { get; init; }
}
