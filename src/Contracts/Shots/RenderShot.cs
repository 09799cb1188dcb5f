namespace RenderFarm.Contracts.Shots;

/// <summary>
/// A ticket: some worker of this queue may ask for this shot. It is a hint, never a right; what
/// counts is the claim.
/// </summary>
public sealed record RenderShot
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot, from 0 in film order.</summary>
    public required int ShotIndex { get; init; }

    /// <summary>Which dispatch of it; a claim with an older one is refused.</summary>
    public required string DispatchId { get; init; }

    /// <summary>The job's trace (W3C <c>traceparent</c>), where it is traced.</summary>
    public string? TraceParent { get; init; }
}
