namespace RenderFarm.Benchmarks.Processes;

/// <summary>An attempt that a worker took up, as the logs of workers and Brokers tell it.</summary>
internal sealed class AttemptRecord
{
    public required string AttemptId { get; init; }

    /// <summary>Job and shot.</summary>
    public required string Shot { get; init; }

    public required string WorkerId { get; init; }

    /// <summary>When its worker began.</summary>
    public required DateTimeOffset Claimed { get; init; }

    /// <summary>When its worker was done with it; null when it never said so.</summary>
    public DateTimeOffset? Ended { get; set; }

    /// <summary>
    /// When a Broker took its shot back (its lease ended, it was handed back, it failed): the
    /// moment at which recovery starts. Null when none did.
    /// </summary>
    public DateTimeOffset? TakenBack { get; set; }

    /// <summary>Its checkpoints in order: the step, and when it was stored.</summary>
    public List<(int Step, DateTimeOffset At)> Checkpoints { get; } = [];

    /// <summary>
    /// When the last checkpoint was stored that another attempt went on from: nothing before that
    /// had to be done again. Null when none was used.
    /// </summary>
    public DateTimeOffset? SavedUntil { get; set; }
}
