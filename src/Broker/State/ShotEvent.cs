using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.State;

/// <summary>What can happen to a shot.</summary>
internal abstract record ShotEvent
{
    /// <summary>The event's name, for metrics and logs.</summary>
    public string Name => GetType().Name;

    /// <summary>A ticket goes out for it.</summary>
    internal sealed record Dispatched(string DispatchId) : ShotEvent;

    /// <summary>A worker asks for it.</summary>
    /// <param name="DispatchId">The ticket that the worker holds.</param>
    /// <param name="AttemptId">The worker's fresh name for the attempt.</param>
    /// <param name="WorkerId">Who asks.</param>
    /// <param name="OthersAreLive">Whether a worker that did not fail it yet is there.</param>
    /// <param name="RestUntil">
    /// Set when the worker is set aside and gets nothing now: from when the first of those that are
    /// set aside may be tried, which counts where there is no other worker.
    /// </param>
    /// <param name="Fit">Whether the worker is the one for this shot.</param>
    internal sealed record Claimed(
        string DispatchId,
        string AttemptId,
        string WorkerId,
        bool OthersAreLive,
        DateTimeOffset? RestUntil = null,
        WorkerFit Fit = WorkerFit.Right) : ShotEvent;

    /// <summary>Its worker made progress, or says that it lives.</summary>
    internal sealed record Renewed(
        string AttemptId, AttemptStage Stage, int StepNumber, int StepCount) : ShotEvent;

    /// <summary>
    /// A worker goes on with an attempt of which a store that lost its states knows nothing.
    /// </summary>
    internal sealed record Readopted(
        string AttemptId,
        int AttemptNumber,
        string WorkerId,
        string RenderKey,
        AttemptStage Stage,
        int StepNumber,
        int StepCount) : ShotEvent;

    /// <summary>Its clip is accepted in the object store, whoever made it.</summary>
    internal sealed record ClipAccepted(Clip Clip) : ShotEvent;

    /// <summary>An attempt ended without a clip.</summary>
    internal sealed record AttemptFailed(
        string AttemptId, RenderError Error, string Message) : ShotEvent;

    /// <summary>A worker that stops gave it back.</summary>
    internal sealed record HandedBack(string AttemptId) : ShotEvent;

    /// <summary>Its lease was not renewed in time.</summary>
    internal sealed record LeaseExpired(string AttemptId, long RenewalCount) : ShotEvent;

    /// <summary>Its delay is over.</summary>
    internal sealed record BecameDue : ShotEvent;

    /// <summary>Nobody claimed its ticket in time.</summary>
    internal sealed record TicketExpired(string DispatchId) : ShotEvent;

    /// <summary>A shot that it continues is rendered.</summary>
    internal sealed record UpstreamRendered : ShotEvent;

    /// <summary>Its owner pauses it.</summary>
    internal sealed record HoldAsked : ShotEvent;

    /// <summary>Its owner lets it go on.</summary>
    internal sealed record ReleaseAsked : ShotEvent;

    /// <summary>Its owner stops it, and the film goes on without it.</summary>
    internal sealed record CancelAsked : ShotEvent;

    /// <summary>Its job failed or was canceled.</summary>
    internal sealed record JobEnded : ShotEvent;
}
