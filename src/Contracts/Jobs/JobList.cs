namespace RenderFarm.Contracts.Jobs;

/// <summary>
/// The jobs that the farm knows of: open ones first, then ended ones, each from the newest on.
/// Ended jobs are forgotten after a while; <see cref="GetJob"/> still finds them by name.
/// </summary>
public sealed record JobList
{
    /// <summary>One line a job.</summary>
    public required IReadOnlyList<JobSummary> Jobs { get; init; }
}
