namespace RenderFarm.Contracts.Reels;

/// <summary>The reel is written.</summary>
public sealed record ReelStitched
{
    /// <summary>The reel's record.</summary>
    public required Reel Reel { get; init; }
}
