namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>A shot on a worker, as the policy sees it.</summary>
internal sealed record RunningAttempt
{
    /// <summary>The shot.</summary>
    public required ReadyShot Shot { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Seconds that it was to take, there, loading included.</summary>
    public required double ExpectedSeconds { get; init; }

    /// <summary>Shots of its job without a clip.</summary>
    public required int JobLeftCount { get; init; }

    /// <summary>Shots of its job.</summary>
    public required int JobShotCount { get; init; }

    /// <summary>Whether shots wait for it.</summary>
    public bool HoldsUpOthers => Shot.ChainCost > Shot.Cost;
}
