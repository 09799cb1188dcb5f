using RenderFarm.Contracts.Shots;

namespace RenderFarm.Contracts.Jobs;

/// <summary>A try at a shot failed, or the shot did.</summary>
public sealed record ShotFailed
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot.</summary>
    public required string ShotId { get; init; }

    /// <summary>Which try, from 1.</summary>
    public required int AttemptNumber { get; init; }

    /// <summary>Where it failed.</summary>
    public required RenderError Error { get; init; }

    /// <summary>What happened.</summary>
    public required string Message { get; init; }

    /// <summary>True when there will be no further try.</summary>
    public required bool Final { get; init; }
}
