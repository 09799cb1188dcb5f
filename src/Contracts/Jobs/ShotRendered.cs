namespace RenderFarm.Contracts.Jobs;

/// <summary>A shot's clip is accepted.</summary>
public sealed record ShotRendered
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot.</summary>
    public required string ShotId { get; init; }

    /// <summary>What decided its pixels.</summary>
    public required string RenderKey { get; init; }

    /// <summary>The clip's name in the object store.</summary>
    public required string ClipKey { get; init; }

    /// <summary>True when the clip was there before the job.</summary>
    public required bool Cached { get; init; }

    /// <summary>Which take was kept, from 0.</summary>
    public int TakeIndex { get; init; }

    /// <summary>What the scorer gave that take, 0 to 1; null where it was not asked.</summary>
    public double? Score { get; init; }

    /// <summary>Shots of the job that are not done yet.</summary>
    public required int LeftCount { get; init; }
}
