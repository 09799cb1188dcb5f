namespace RenderFarm.Contracts.Shots;

/// <summary>
/// A worker asks for the shot of its ticket. Answered by the claim's two replies.
/// </summary>
public sealed record ClaimShot
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot.</summary>
    public required int ShotIndex { get; init; }

    /// <summary>The ticket's dispatch.</summary>
    public required string DispatchId { get; init; }

    /// <summary>
    /// A fresh UUIDv7 that the worker made; the same claim sent twice is granted once.
    /// </summary>
    public required string AttemptId { get; init; }

    /// <summary>Who asks.</summary>
    public required string WorkerId { get; init; }
}
