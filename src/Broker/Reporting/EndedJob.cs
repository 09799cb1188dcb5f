using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Reporting;

/// <summary>How a job ended without a reel, as <c>ended.json</c> says it: written once.</summary>
internal sealed record EndedJob
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Failed or canceled.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset EndedAt { get; init; }
}
