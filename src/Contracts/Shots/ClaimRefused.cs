namespace RenderFarm.Contracts.Shots;

/// <summary>The shot is not for this worker, or not now; it forgets the ticket.</summary>
public sealed record ClaimRefused
{
    /// <summary>Why, for the log.</summary>
    public required string Reason { get; init; }

    /// <summary>
    /// Set when the worker is set aside for the ticket's queue: for so long it takes nothing from
    /// it, so that the tickets go to others.
    /// </summary>
    public TimeSpan? RestTime { get; init; }
}
