namespace RenderFarm.Broker.State;

/// <summary>What follows from one kind of failure.</summary>
internal sealed record FailureTerms
{
    /// <summary>Whose trouble it was.</summary>
    public required FailureOwner Owner { get; init; }

    /// <summary>No other try can help: the shot fails at once.</summary>
    public bool IsHopeless { get; init; }

    /// <summary>
    /// Counts towards the attempts that a shot has. What does not is counted by itself, as trouble,
    /// against a limit of its own.
    /// </summary>
    public bool CountsAttempt { get; init; }

    /// <summary>
    /// The worker is one of those that failed this shot, and had one more failure in a row.
    /// </summary>
    public bool BlamesWorker { get; init; }

    /// <summary>The next try goes to another worker where one is live.</summary>
    public bool AvoidsWorker { get; init; }
}
