namespace RenderFarm.Contracts.Reels;

/// <summary>
/// Asks for a job's reel. Repeating it is harmless: the final record is written once.
/// </summary>
public sealed record StitchReel
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Whose objects these are.</summary>
    public required string TenantId { get; init; }

    /// <summary>Which revision of the film, from 1.</summary>
    public required int Revision { get; init; }

    /// <summary>
    /// Where the cut is kept (a <see cref="CutList"/> as JSON): clips do not fit a message.
    /// </summary>
    public required string CutListKey { get; init; }

    /// <summary>Tries of this revision that failed before.</summary>
    public int EarlierFailureCount { get; init; }

    /// <summary>The job's trace (W3C <c>traceparent</c>), where it is traced.</summary>
    public string? TraceParent { get; init; }
}
