namespace RenderFarm.Contracts.Shots;

/// <summary>An attempt ended without a clip.</summary>
public sealed record AttemptFailed
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot.</summary>
    public required int ShotIndex { get; init; }

    /// <summary>Which attempt.</summary>
    public required string AttemptId { get; init; }

    /// <summary>Who tried.</summary>
    public required string WorkerId { get; init; }

    /// <summary>Where it failed.</summary>
    public required RenderError Error { get; init; }

    /// <summary>What happened.</summary>
    public required string Message { get; init; }
}
