namespace RenderFarm.Contracts.Jobs;

/// <summary>How a job stands at one moment.</summary>
public sealed record JobSnapshot
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

    /// <summary>How many shots are not done yet.</summary>
    public required int LeftCount { get; init; }

    /// <summary>Every shot, in film order.</summary>
    public required IReadOnlyList<ShotSnapshot> Shots { get; init; }

    /// <summary>What it has to expect; null once nothing is left to be rendered.</summary>
    public JobOutlook? Outlook { get; init; }

    /// <summary>GPU time that its shots took so far.</summary>
    public TimeSpan GpuTime { get; init; }

    /// <summary>GPU time that it may use; null without a limit.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>The film's files once it is completed.</summary>
    public FilmFiles? Files { get; init; }
}
