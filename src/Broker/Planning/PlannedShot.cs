using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Planning;

/// <summary>One shot of a job, planned.</summary>
public sealed record PlannedShot
{
    /// <summary>The shot's name within the film.</summary>
    public required string ShotId { get; init; }

    /// <summary>What is to be rendered.</summary>
    public required ShotTask Task { get; init; }

    /// <summary>Indexes of the shots whose last frame or clip it needs.</summary>
    public required IReadOnlyList<int> DependsOn { get; init; }

    /// <summary>How it gives way to the next shot.</summary>
    public required Transition Transition { get; init; }
}
