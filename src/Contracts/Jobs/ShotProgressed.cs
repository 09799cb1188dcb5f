using RenderFarm.Contracts.Shots;

namespace RenderFarm.Contracts.Jobs;

/// <summary>A shot moved on. Sent as often as its worker reports.</summary>
public sealed record ShotProgressed
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot.</summary>
    public required string ShotId { get; init; }

    /// <summary>Which try, from 1.</summary>
    public required int AttemptNumber { get; init; }

    /// <summary>Who renders it.</summary>
    public required string WorkerId { get; init; }

    /// <summary>What the worker does.</summary>
    public required AttemptStage Stage { get; init; }

    /// <summary>Denoising steps done.</summary>
    public required int StepNumber { get; init; }

    /// <summary>Denoising steps in all.</summary>
    public required int StepCount { get; init; }
}
