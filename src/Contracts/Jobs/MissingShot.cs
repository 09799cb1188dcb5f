namespace RenderFarm.Contracts.Jobs;

/// <summary>A shot that a finished film has a card for, and why.</summary>
public sealed record MissingShot
{
    /// <summary>The shot's name.</summary>
    public required string ShotId { get; init; }

    /// <summary>Why there is no clip.</summary>
    public required string Reason { get; init; }
}
