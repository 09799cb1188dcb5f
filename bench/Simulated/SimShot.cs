using RenderFarm.Broker.Dispatch.Policy;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>A shot of the simulation, and what became of it.</summary>
internal sealed class SimShot
{
    public SimJob Job { get; set; } = null!;

    public required int Index { get; init; }

    public required ModelNeed Model { get; init; }

    /// <summary>What the farm's history says, in GPU-seconds at speed 1.</summary>
    public required double Estimate { get; init; }

    /// <summary>What it really takes.</summary>
    public required double Cost { get; init; }

    /// <summary>How much longer its first attempt takes: a worker that has trouble.</summary>
    public required double Slowness { get; init; }

    /// <summary>Shots that must be there first.</summary>
    public List<int> Needs { get; } = [];

    public List<SimShot> Dependents { get; } = [];

    /// <summary>Estimated cost of the longest chain that begins here.</summary>
    public double ChainEstimate { get; set; }

    public int UnmetCount { get; set; }

    public double ReadyAt { get; set; }

    /// <summary>NaN until a worker has begun it.</summary>
    public double BeganAt { get; set; } = double.NaN;

    public bool IsDone { get; set; }

    /// <summary>As the policy sees it.</summary>
    public ReadyShot? Seen { get; set; }
}
