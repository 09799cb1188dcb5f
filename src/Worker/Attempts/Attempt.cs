using RenderFarm.Contracts.Shots;

namespace RenderFarm.Worker.Attempts;

/// <summary>A shot that the Broker granted to this worker.</summary>
internal sealed record Attempt
{
    public required string JobId { get; init; }

    public required int ShotIndex { get; init; }

    public required ShotClaimed Claim { get; init; }

    /// <summary>The job's trace, where it is traced.</summary>
    public string? TraceParent { get; init; }

    public string Id => Claim.AttemptId;

    public string TenantId => Claim.TenantId;

    public ShotTask Task => Claim.Task;
}
