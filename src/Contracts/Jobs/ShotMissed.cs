namespace RenderFarm.Contracts.Jobs;

/// <summary>A shot ended without a clip; the film has a card in its place.</summary>
public sealed record ShotMissed
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot.</summary>
    public required string ShotId { get; init; }

    /// <summary>Why there is no clip.</summary>
    public required string Reason { get; init; }

    /// <summary>Shots of the job that are not done yet.</summary>
    public required int LeftCount { get; init; }
}
