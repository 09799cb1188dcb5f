namespace RenderFarm.Contracts.Shots;

/// <summary>The ticket is stale; the worker forgets it.</summary>
public sealed record ClaimRefused
{
    /// <summary>Why, for the log.</summary>
    public required string Reason { get; init; }
}
