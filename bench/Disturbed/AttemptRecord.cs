namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>One attempt, as the logs of Brokers and workers tell it.</summary>
internal sealed class AttemptRecord
{
    public required string AttemptId { get; init; }

    /// <summary>Job and shot.</summary>
    public required string Shot { get; init; }

    public required string WorkerId { get; init; }

    public required DateTimeOffset Claimed { get; set; }

    /// <summary>When its worker was done with it; null when it never said so.</summary>
    public DateTimeOffset? Ended { get; set; }
}
