namespace RenderFarm.Contracts.Jobs;

/// <summary>No job of that name is known.</summary>
public sealed record JobUnknown
{
    /// <summary>The name that was asked for.</summary>
    public required string JobId { get; init; }
}
