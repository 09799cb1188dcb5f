using RenderFarm.Contracts.Film;

namespace RenderFarm.Contracts.Jobs;

/// <summary>The job cannot be rendered as written; nothing was started.</summary>
public sealed record JobRejected
{
    /// <summary>Which job, if it had a name.</summary>
    public string? JobId { get; init; }

    /// <summary>Every fault that was found.</summary>
    public required IReadOnlyList<Fault> Faults { get; init; }
}
