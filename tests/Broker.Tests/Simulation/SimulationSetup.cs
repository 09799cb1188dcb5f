using System.Globalization;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>Everything that decides how a simulated world goes.</summary>
internal sealed record SimulationSetup
{
    /// <summary>Where chance starts.</summary>
    public required int Seed { get; init; }

    /// <summary>What may go wrong.</summary>
    public required Faults Faults { get; init; }

    /// <summary>Jobs that are submitted.</summary>
    public required int JobCount { get; init; }

    /// <summary>Steps until the faults end.</summary>
    public required int StepCount { get; init; }

    /// <summary>Workers.</summary>
    public required int WorkerCount { get; init; }

    /// <summary>Stitchers.</summary>
    public required int StitcherCount { get; init; }

    /// <summary>Which safeguard is missing.</summary>
    public Mutant Mutant { get; init; }

    /// <summary>
    /// A seed's own setup. Not every seed has every fault: some bugs need that nothing else goes
    /// wrong for a while.
    /// </summary>
    public static SimulationSetup Of(int seed, Mutant mutant = Mutant.None)
    {
        var random = new Random(seed);
        var faults = Faults.None;
        for (var fault = 1; fault < (int)Faults.All; fault <<= 1)
        {
            var isGreat = ((Faults)fault & (Faults.Rollback | Faults.TotalLoss)) != 0;
            faults |= random.Next(100) < (isGreat ? 15 : 55) ? (Faults)fault : 0;
        }

        return new SimulationSetup
        {
            Seed = seed,
            Faults = faults,
            JobCount = random.Next(1, 4),
            StepCount = random.Next(120, 520),
            WorkerCount = random.Next(1, 5),
            StitcherCount = random.Next(1, 3),
            Mutant = mutant,
        };
    }

    public bool Has(Faults fault) => (Faults & fault) != 0;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}: {JobCount} jobs, {WorkerCount} workers, {StitcherCount} stitchers, "
            + $"{StepCount} steps, mutant {Mutant}, faults: {Faults}");
}
