namespace RenderFarm.Contracts.Jobs;

/// <summary>The job, or one shot of it, goes on.</summary>
public sealed record JobResumed
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot, where it is not the whole job.</summary>
    public string? ShotId { get; init; }
}
