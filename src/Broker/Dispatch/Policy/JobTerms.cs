using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>What the policy knows of a job.</summary>
internal sealed record JobTerms
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Whose share it uses.</summary>
    public required string TenantId { get; init; }

    /// <summary>Its class.</summary>
    public required JobPriority Class { get; init; }

    /// <summary>Since when it waits.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>GPU-seconds that its shots without a clip still need.</summary>
    public required double Left { get; init; }

    /// <summary>GPU-seconds that it may still begin to use; null without a limit.</summary>
    public double? Budget { get; init; }
}
