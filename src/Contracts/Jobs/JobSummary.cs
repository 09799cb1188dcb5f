namespace RenderFarm.Contracts.Jobs;

/// <summary>One line of a list of jobs.</summary>
public sealed record JobSummary
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>The film's name.</summary>
    public string? Title { get; init; }

    /// <summary>Where the job stands.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>Why it failed or was canceled.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When it ended; null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How soon it is wanted.</summary>
    public required JobPriority Priority { get; init; }

    /// <summary>Shots in the film.</summary>
    public required int ShotCount { get; init; }

    /// <summary>How many of them are not done yet.</summary>
    public required int LeftCount { get; init; }

    /// <summary>How many of them have a card in their place.</summary>
    public int MissingCount { get; init; }

    /// <summary>How many of their clips were there before the job.</summary>
    public required int CachedCount { get; init; }

    /// <summary>Frames in the film.</summary>
    public required int FrameCount { get; init; }

    /// <summary>GPU time that its shots took so far.</summary>
    public TimeSpan GpuTime { get; init; }

    /// <summary>GPU time that it may use; null without a limit.</summary>
    public TimeSpan? Budget { get; init; }
}
