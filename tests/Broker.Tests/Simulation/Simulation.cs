using System.Globalization;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>Runs simulated worlds, and looks for the smallest one that breaks.</summary>
internal static class Simulation
{
    private const int TraceLength = 120;

    /// <summary>Runs one world; says what broke, or null.</summary>
    public static string? Run(SimulationSetup setup) => Run(setup, trace: null);

    /// <summary>Runs one world and keeps what happened.</summary>
    public static string? Run(SimulationSetup setup, List<string>? trace)
    {
        try
        {
            new FakeWorld(setup, trace).Run();
            return null;
        }
        catch (BrokenInvariantException broken)
        {
            return broken.Message;
        }
    }

    /// <summary>Runs seeds, as many at a time as there are processors.</summary>
    /// <returns>The first that broke, or null.</returns>
    public static SimulationSetup? FindBroken(
        int firstSeed, int count, Mutant mutant = Mutant.None)
    {
        var gate = new Lock();
        SimulationSetup? found = null;
        Parallel.For(firstSeed, firstSeed + count, (seed, loop) =>
        {
            var setup = SimulationSetup.Of(seed, mutant);
            if (Run(setup) is not null)
            {
                // The lowest of those that are seen to break, so that it is the same every time.
                lock (gate)
                {
                    found = found is null || seed < found.Seed ? setup : found;
                }

                loop.Break();
            }
        });
        return found;
    }

    /// <summary>The smallest setup of this seed that breaks, too.</summary>
    public static SimulationSetup Shrink(SimulationSetup setup)
    {
        while (Smaller(setup).FirstOrDefault(s => Run(s) is not null) is { } smaller)
        {
            setup = smaller;
        }

        return setup;
    }

    /// <summary>What a person needs to know of a world that broke.</summary>
    public static string Explain(SimulationSetup setup)
    {
        var trace = new List<string>();
        var why = Run(setup, trace);
        var smallest = Shrink(setup);
        var shortTrace = new List<string>();
        var smallestWhy = Run(smallest, shortTrace);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {why}
            {setup}
            Replay it with {SimulationTests.SeedVariable}={setup.Seed}
            The smallest that breaks: {smallestWhy}
            {smallest}
            {string.Join('\n', shortTrace.TakeLast(TraceLength))}
            """);
    }

    private static IEnumerable<SimulationSetup> Smaller(SimulationSetup setup)
    {
        for (var fault = 1; fault < (int)Faults.All; fault <<= 1)
        {
            if (setup.Has((Faults)fault))
            {
                yield return setup with { Faults = setup.Faults & ~(Faults)fault };
            }
        }

        if (setup.JobCount > 1)
        {
            yield return setup with { JobCount = setup.JobCount - 1 };
        }

        if (setup.WorkerCount > 1)
        {
            yield return setup with { WorkerCount = setup.WorkerCount - 1 };
        }

        if (setup.StitcherCount > 1)
        {
            yield return setup with { StitcherCount = setup.StitcherCount - 1 };
        }

        for (var less = setup.StepCount / 2; less > 0; less /= 2)
        {
            yield return setup with { StepCount = setup.StepCount - less };
        }
    }
}
