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
}
