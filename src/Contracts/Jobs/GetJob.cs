namespace RenderFarm.Contracts.Jobs;

/// <summary>
/// Asks how a job stands. Answered by <see cref="JobSnapshot"/> or <see cref="JobUnknown"/>.
/// </summary>
public sealed record GetJob
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }
}
