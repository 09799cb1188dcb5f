using RenderFarm.Broker.Planning;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.State;

/// <summary>
/// A shot as the Broker keeps it. What is to be rendered lies beside it and never changes.
/// </summary>
internal sealed record ShotState
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot, from 0 in film order.</summary>
    public required int ShotIndex { get; init; }

    /// <summary>Its name within the film.</summary>
    public required string ShotId { get; init; }

    /// <summary>What decides its pixels.</summary>
    public required string RenderKey { get; init; }

    /// <summary>The queue that its tickets go to.</summary>
    public required string Queue { get; init; }

    /// <summary>
    /// The tenant whose share of the farm it uses; null in states that are older than limits.
    /// </summary>
    public string? PayingTenant { get; init; }

    /// <summary>Where it stands.</summary>
    public required ShotStatus Status { get; init; }

    /// <summary>Shots that it continues and that are not rendered yet.</summary>
    public required int UnmetCount { get; init; }

    /// <summary>Indexes of the shots that continue it.</summary>
    public required IReadOnlyList<int> Dependents { get; init; }

    /// <summary>Length of the longest chain of shots that waits for it.</summary>
    public required int Depth { get; init; }

    /// <summary>How much work it is, in a unit of its model's: <see cref="ShotWork"/>.</summary>
    public double Work { get; init; }

    /// <summary>How much of it lies in memory at once: <see cref="ShotWork"/>.</summary>
    public double Footprint { get; init; }

    /// <summary>The ticket that is out for it; set only while it is ready.</summary>
    public string? DispatchId { get; init; }

    /// <summary>When that ticket went out.</summary>
    public DateTimeOffset? DispatchedAt { get; init; }

    /// <summary>When it became ready last.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>When it may be tried again; set only while it is delayed.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>
    /// Its owner paused it while a worker has it; it is held once the worker has let go.
    /// </summary>
    public bool HoldAsked { get; init; }

    /// <summary>Why it ended without a clip.</summary>
    public string? Reason { get; init; }

    /// <summary>The attempt that holds the lease; set only while it is leased.</summary>
    public AttemptState? Attempt { get; init; }

    /// <summary>Attempts that were granted.</summary>
    public int AttemptCount { get; init; }

    /// <summary>Attempts that failed; what was handed back is none.</summary>
    public int FailureCount { get; init; }

    /// <summary>
    /// Attempts that ended in the farm's own trouble, which cost the shot nothing; counted so that
    /// no trouble goes on for ever.
    /// </summary>
    public int TroubleCount { get; init; }

    /// <summary>Workers that failed it and may not be the right ones for it.</summary>
    public IReadOnlyList<string> FailedWorkerIds { get; init; } = [];

    /// <summary>A worker that the next try goes past, though it is not blamed.</summary>
    public string? AvoidedWorkerId { get; init; }

    /// <summary>
    /// How often a claim was refused in favour of another worker since the last failure.
    /// </summary>
    public int PassedOverCount { get; init; }

    /// <summary>The worker that has or had it.</summary>
    public string? WorkerId { get; init; }

    /// <summary>From ready to claimed, for the last attempt.</summary>
    public TimeSpan Queued { get; init; }

    /// <summary>Its accepted clip.</summary>
    public Clip? Clip { get; init; }

    /// <summary>True when its clip was there before any attempt of this job.</summary>
    public bool Cached { get; init; }

    /// <summary>Whether the next try rather goes to another worker.</summary>
    public bool Avoids(string workerId) =>
        workerId == AvoidedWorkerId || FailedWorkerIds.Contains(workerId);

    /// <summary>True once nothing will change any more.</summary>
    public bool HasEnded =>
        Status is ShotStatus.Rendered or ShotStatus.Failed or ShotStatus.Canceled;
}
