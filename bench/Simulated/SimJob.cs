using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>A job of the simulation, and what became of it.</summary>
internal sealed class SimJob
{
    public required string Id { get; init; }

    public required SimTenant Tenant { get; init; }

    public required JobPriority Class { get; init; }

    /// <summary>Seconds since the simulation's start.</summary>
    public required double ArrivesAt { get; init; }

    public required SimShot[] Shots { get; init; }

    public int LeftCount { get; set; }

    /// <summary>NaN until it is done.</summary>
    public double DoneAt { get; set; } = double.NaN;
}
