using RenderFarm.Contracts.Shots;

namespace RenderFarm.Contracts.Jobs;

/// <summary>How one shot stands at one moment.</summary>
public sealed record ShotSnapshot
{
    /// <summary>The shot's name within the film.</summary>
    public required string ShotId { get; init; }

    /// <summary>What is seen.</summary>
    public required string Prompt { get; init; }

    /// <summary>Where the shot stands.</summary>
    public required ShotStatus Status { get; init; }

    /// <summary>Why it failed or was canceled.</summary>
    public string? Reason { get; init; }

    /// <summary>What decides its pixels.</summary>
    public required string RenderKey { get; init; }

    /// <summary>Frames the shot has.</summary>
    public required int FrameCount { get; init; }

    /// <summary>Tries so far.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>True when its clip was there before the job.</summary>
    public bool Cached { get; init; }

    /// <summary>How many takes are made of it.</summary>
    public int TakeCount { get; init; } = 1;

    /// <summary>Which take was kept, from 0; null until one is.</summary>
    public int? TakeIndex { get; init; }

    /// <summary>What the scorer gave that take, 0 to 1; null where it was not asked.</summary>
    public double? Score { get; init; }

    /// <summary>
    /// GPU time that it is going to take, by the farm's own history; null while there is none.
    /// </summary>
    public TimeSpan? EstimatedGpuTime { get; init; }

    /// <summary>What its worker does with it; null while none has it.</summary>
    public AttemptStage? Stage { get; init; }

    /// <summary>Denoising steps done; null while no worker has it.</summary>
    public int? StepNumber { get; init; }

    /// <summary>Denoising steps in all; null while no worker has it.</summary>
    public int? StepCount { get; init; }

    /// <summary>The worker that has or had it.</summary>
    public string? WorkerId { get; init; }
}
