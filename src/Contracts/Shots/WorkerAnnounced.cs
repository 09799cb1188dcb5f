namespace RenderFarm.Contracts.Shots;

/// <summary>A worker is there, and says what it can render. Repeated while it lives.</summary>
public sealed record WorkerAnnounced
{
    /// <summary>Who.</summary>
    public required string WorkerId { get; init; }

    /// <summary>The ticket queues that it takes from.</summary>
    public required IReadOnlyList<string> Queues { get; init; }

    /// <summary>True while it renders.</summary>
    public required bool Busy { get; init; }

    /// <summary>True when it will take nothing more.</summary>
    public required bool Leaving { get; init; }

    /// <summary>
    /// Its GPU as the driver calls it; null where there is none, or none that says.
    /// </summary>
    public string? Gpu { get; init; }

    /// <summary>All memory of that GPU, in bytes; null where it is not known.</summary>
    public long? GpuMemoryBytes { get; init; }
}
