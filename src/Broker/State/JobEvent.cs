using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.State;

/// <summary>What can happen to a job.</summary>
internal abstract record JobEvent
{
    /// <summary>The event's name, for metrics and logs.</summary>
    public string Name => GetType().Name;

    /// <summary>One more shot is rendered.</summary>
    internal sealed record ShotDone(bool Cached) : JobEvent;

    /// <summary>A shot cannot be rendered.</summary>
    internal sealed record ShotLost(string ShotId, string Reason) : JobEvent;

    /// <summary>The cut is written; the reel is asked for.</summary>
    internal sealed record CutWritten(string CutListKey) : JobEvent;

    /// <summary>The reel was asked for long ago and nobody answered.</summary>
    internal sealed record ReelOverdue(string CutListKey) : JobEvent;

    /// <summary>The reel and the report are written.</summary>
    internal sealed record ReelDone(int Revision, FilmFiles Files) : JobEvent;

    /// <summary>The reel could not be joined.</summary>
    internal sealed record ReelLost(
        int Revision, string CutListKey, string Message, bool Permanent) : JobEvent;

    /// <summary>Its owner stops it.</summary>
    internal sealed record CancelAsked : JobEvent;

    /// <summary>The object store says that it ended; its state was lost since.</summary>
    internal sealed record EndedBefore(
        JobStatus Status, string? Reason, DateTimeOffset EndedAt) : JobEvent;

    /// <summary>Every shot of the ended job is ended.</summary>
    internal sealed record ShotsEnded : JobEvent;
}
