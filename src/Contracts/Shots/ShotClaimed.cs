namespace RenderFarm.Contracts.Shots;

/// <summary>The shot is the worker's until the lease ends.</summary>
public sealed record ShotClaimed
{
    /// <summary>The worker's attempt.</summary>
    public required string AttemptId { get; init; }

    /// <summary>Which try, from 1.</summary>
    public required int AttemptNumber { get; init; }

    /// <summary>The shot's name, for people.</summary>
    public required string ShotId { get; init; }

    /// <summary>Whose objects these are.</summary>
    public required string TenantId { get; init; }

    /// <summary>What to render.</summary>
    public required ShotTask Task { get; init; }

    /// <summary>The lease ends when it has not been renewed for this long.</summary>
    public required TimeSpan LeaseDuration { get; init; }
}
