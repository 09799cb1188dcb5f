namespace RenderFarm.Contracts.Shots;

/// <summary>
/// A worker that stops gives its attempt back; that is no failure and costs no try.
/// </summary>
public sealed record AttemptHandedBack
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot.</summary>
    public required int ShotIndex { get; init; }

    /// <summary>Which attempt.</summary>
    public required string AttemptId { get; init; }

    /// <summary>Who gives it back.</summary>
    public required string WorkerId { get; init; }
}
