namespace RenderFarm.Contracts.Jobs;

/// <summary>The job was stopped by its owner.</summary>
public sealed record JobCanceled
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }
}
