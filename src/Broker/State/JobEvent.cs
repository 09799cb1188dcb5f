using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.State;

/// <summary>What can happen to a job.</summary>
internal abstract record JobEvent
{
    /// <summary>The event's name, for metrics and logs.</summary>
    public string Name => GetType().Name;

    /// <summary>One more shot is rendered.</summary>
    /// <param name="Cached">Whether its clip was there before any attempt of this job.</param>
    /// <param name="GpuTime">What it took of the job's budget.</param>
    internal sealed record ShotDone(bool Cached, TimeSpan GpuTime = default) : JobEvent;

    /// <summary>Its budget is used and nothing of it is on workers any more.</summary>
    internal sealed record BudgetUsed : JobEvent;

    /// <summary>A shot cannot be rendered.</summary>
    internal sealed record ShotLost(string ShotId, string Reason) : JobEvent;

    /// <summary>Shots ended without a clip, and the film goes on without them.</summary>
    internal sealed record ShotsMissed(int Count) : JobEvent;

    /// <summary>The cut is written; the reel is asked for.</summary>
    internal sealed record CutWritten(string CutListKey) : JobEvent;

    /// <summary>The reel was asked for long ago and nobody answered.</summary>
    /// <param name="CutListKey">The cut.</param>
    /// <param name="AskedAt">The order that is overdue: two Brokers see it, one asks.</param>
    internal sealed record ReelOverdue(string CutListKey, DateTimeOffset AskedAt) : JobEvent;

    /// <summary>The reel and the report are written.</summary>
    internal sealed record ReelDone(
        int Revision, FilmFiles Files, IReadOnlyList<MissingShot>? Missing = null) : JobEvent;

    /// <summary>The reel could not be joined.</summary>
    internal sealed record ReelLost(
        int Revision, int EarlierFailureCount, string CutListKey, string Message, bool Permanent)
        : JobEvent;

    /// <summary>Its owner pauses it.</summary>
    internal sealed record PauseAsked : JobEvent;

    /// <summary>Its owner lets it go on.</summary>
    internal sealed record ResumeAsked : JobEvent;

    /// <summary>Its owner stops it.</summary>
    internal sealed record CancelAsked : JobEvent;

    /// <summary>The object store says that it ended; its state was lost since.</summary>
    internal sealed record EndedBefore(
        JobStatus Status, string? Reason, DateTimeOffset EndedAt) : JobEvent;

    /// <summary>Every shot of the ended job is ended.</summary>
    internal sealed record ShotsEnded : JobEvent;
}
