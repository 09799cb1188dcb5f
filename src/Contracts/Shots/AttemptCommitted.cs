namespace RenderFarm.Contracts.Shots;

/// <summary>
/// A worker's clip, or the one that was there first, is accepted in the object store.
/// </summary>
public sealed record AttemptCommitted
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot.</summary>
    public required int ShotIndex { get; init; }

    /// <summary>The attempt that reports.</summary>
    public required string AttemptId { get; init; }

    /// <summary>What <c>accepted.json</c> says; its attempt may be another one.</summary>
    public required Clip Clip { get; init; }
}
