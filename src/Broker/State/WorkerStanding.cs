namespace RenderFarm.Broker.State;

/// <summary>
/// How a worker stands with one queue, which is one model and one numerics profile. Kept only while
/// there is something to hold against it.
/// </summary>
internal sealed record WorkerStanding
{
    /// <summary>Who.</summary>
    public required string WorkerId { get; init; }

    /// <summary>With which queue.</summary>
    public required string Queue { get; init; }

    /// <summary>Failures in a row that it is blamed for.</summary>
    public int FailureCount { get; init; }

    /// <summary>Rests since it was set aside; 0 while it is not.</summary>
    public int RestCount { get; init; }

    /// <summary>Until when it gets no shot; null while it is not set aside.</summary>
    public DateTimeOffset? RestUntil { get; init; }

    /// <summary>The shot that it was tried with last, since its rest ended.</summary>
    public CanaryState? Canary { get; init; }

    /// <summary>Whether it is set aside: it rests, or it is being tried.</summary>
    public bool IsSetAside => RestUntil is not null;

    /// <summary>Whether there is nothing to hold against it.</summary>
    public bool IsClean => FailureCount == 0 && !IsSetAside;
}
