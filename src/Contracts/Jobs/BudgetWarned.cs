namespace RenderFarm.Contracts.Jobs;

/// <summary>A job has used most of its budget. Told once.</summary>
public sealed record BudgetWarned
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>GPU time that it has used.</summary>
    public required TimeSpan GpuTime { get; init; }

    /// <summary>GPU time that it may use.</summary>
    public required TimeSpan Budget { get; init; }
}
