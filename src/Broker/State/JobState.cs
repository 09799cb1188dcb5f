using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.State;

/// <summary>A job as the Broker keeps it: counters, never a list of its shots.</summary>
internal sealed record JobState
{
    /// <summary>The job's name.</summary>
    public required string JobId { get; init; }

    /// <summary>Whose it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>The film's name.</summary>
    public string? Title { get; init; }

    /// <summary>
    /// The tenant whose share of the farm it uses; the owner of its objects where null.
    /// </summary>
    public string? PayingTenant { get; init; }

    /// <summary>How soon it is wanted.</summary>
    public required JobPriority Priority { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>What becomes of the film when a shot cannot be rendered.</summary>
    public FailedShotRule OnFailedShot { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>
    /// The queue that its tickets go to: one model by content, one numerics profile.
    /// </summary>
    public required string Queue { get; init; }

    /// <summary>Shots in the film.</summary>
    public required int ShotCount { get; init; }

    /// <summary>Frames in the film.</summary>
    public required int FrameCount { get; init; }

    /// <summary>Shots that are neither rendered nor missing for good.</summary>
    public required int LeftCount { get; init; }

    /// <summary>Shots that ended without a clip while the film goes on.</summary>
    public int MissingCount { get; init; }

    /// <summary>Shots whose clips were there before the job needed them.</summary>
    public required int CachedCount { get; init; }

    /// <summary>
    /// GPU time that all its shots were going to take when it was opened, by the farm's history.
    /// </summary>
    public TimeSpan EstimatedGpuTime { get; init; }

    /// <summary>The work of all its shots, in its model's unit.</summary>
    public double Work { get; init; }

    /// <summary>GPU time that its rendered shots took.</summary>
    public TimeSpan GpuTime { get; init; }

    /// <summary>GPU time that it may use; null without a limit.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>Its owner was told that its budget is nearly used.</summary>
    public bool BudgetWarned { get; init; }

    /// <summary>Shots of its longest chain.</summary>
    public int ChainLength { get; init; } = 1;

    /// <summary>Which cut of the film, from 1.</summary>
    public int Revision { get; init; } = 1;

    /// <summary>
    /// The number of the last event that clients were told; they order events by it.
    /// </summary>
    public long Sequence { get; init; }

    /// <summary>Why it failed or was canceled.</summary>
    public string? Reason { get; init; }

    /// <summary>Tries at the reel that failed.</summary>
    public int ReelFailureCount { get; init; }

    /// <summary>When the reel was asked for last.</summary>
    public DateTimeOffset? StitchAskedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Its trace (W3C <c>traceparent</c>), where it is traced.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The film's files by name, without URLs.</summary>
    public FilmFiles? Files { get; init; }

    /// <summary>True when every shot of an ended job is ended, too.</summary>
    public bool Closed { get; init; }

    /// <summary>True once nothing will change any more.</summary>
    public bool HasEnded =>
        Status is JobStatus.Completed or JobStatus.Failed or JobStatus.Canceled;

    /// <summary>True when a shot without a clip does not end the job.</summary>
    public bool GoesOnWithoutShots => OnFailedShot == FailedShotRule.Card;

    /// <summary>True when nothing more of it may begin, because its budget is used.</summary>
    public bool IsOverBudget => LeftCount > 0
        && BudgetRule.Of(GpuTime.TotalSeconds, Budget?.TotalSeconds) == BudgetStanding.Spent;

    /// <summary>True when every clip is there and the reel was not asked for yet.</summary>
    public bool CanBeStitched => Status == JobStatus.Rendering && LeftCount == 0;
}
