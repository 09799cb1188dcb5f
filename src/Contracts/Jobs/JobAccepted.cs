using RenderFarm.Contracts.Film;

namespace RenderFarm.Contracts.Jobs;

/// <summary>The job is written down and cannot be lost any more.</summary>
public sealed record JobAccepted
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Shots in the film.</summary>
    public required int ShotCount { get; init; }

    /// <summary>Shots whose clips are there already.</summary>
    public required int CachedShotCount { get; init; }

    /// <summary>Frames in the finished film.</summary>
    public required int FrameCount { get; init; }

    /// <summary>What preflight fixed or warns of.</summary>
    public required IReadOnlyList<Fault> Faults { get; init; }

    /// <summary>What it has to expect; null in the event, where nobody waits for it.</summary>
    public JobOutlook? Outlook { get; init; }
}
