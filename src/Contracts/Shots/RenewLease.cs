namespace RenderFarm.Contracts.Shots;

/// <summary>
/// Progress of an attempt; renews its lease. Answered by <see cref="LeaseRenewed"/>.
/// </summary>
public sealed record RenewLease
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot.</summary>
    public required int ShotIndex { get; init; }

    /// <summary>Which attempt.</summary>
    public required string AttemptId { get; init; }

    /// <summary>What the worker does.</summary>
    public required AttemptStage Stage { get; init; }

    /// <summary>Denoising steps done.</summary>
    public required int StepNumber { get; init; }

    /// <summary>Denoising steps in all.</summary>
    public required int StepCount { get; init; }

    /// <summary>
    /// Who renders. With the next two it lets a Broker whose store lost its states take the
    /// attempt up again; null from a worker that does not ask for that.
    /// </summary>
    public string? WorkerId { get; init; }

    /// <summary>Which try, from 1, as the claim was granted.</summary>
    public int AttemptNumber { get; init; }

    /// <summary>What is rendered, so that no attempt is taken for another shot's.</summary>
    public string? RenderKey { get; init; }
}
