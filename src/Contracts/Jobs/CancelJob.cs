namespace RenderFarm.Contracts.Jobs;

/// <summary>
/// Asks that a job stop. Answered by <see cref="JobSnapshot"/> or <see cref="JobUnknown"/>.
/// </summary>
public sealed record CancelJob
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }
}
