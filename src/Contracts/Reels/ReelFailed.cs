namespace RenderFarm.Contracts.Reels;

/// <summary>The reel could not be joined.</summary>
public sealed record ReelFailed
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which revision.</summary>
    public required int Revision { get; init; }

    /// <summary>What happened.</summary>
    public required string Message { get; init; }

    /// <summary>True when trying again cannot help.</summary>
    public required bool Permanent { get; init; }

    /// <summary>What the order said: the same failure told twice is one.</summary>
    public int EarlierFailureCount { get; init; }
}
