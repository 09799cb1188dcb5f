using System.Globalization;
using Xunit;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// The product's own Broker, twice, in ten thousand worlds where everything fails that can; and
/// that those worlds notice every safeguard that is missing.
/// </summary>
[Collection(SimulationCollection.Name)]
public sealed class SimulationTests(ITestOutputHelper output)
{
    /// <summary>Runs one seed alone and prints what happened.</summary>
    internal const string SeedVariable = "RENDERFARM_SIMULATION_SEED";

    /// <summary>Runs so many seeds.</summary>
    internal const string CountVariable = "RENDERFARM_SIMULATION_COUNT";

    private const int SeedCount = 10_000;
    private const int MutantSeedCount = 3_000;

    [Fact]
    public void Farm_AnyFaults_KeepsItsPromises()
    {
        if (Number(SeedVariable) is { } seed)
        {
            var trace = new List<string>();
            var broken = Simulation.Run(SimulationSetup.Of(seed), trace);
            output.WriteLine(string.Join('\n', trace));
            Assert.True(broken is null, broken);
            return;
        }

        var start = TimeProvider.System.GetTimestamp();
        var count = Number(CountVariable) ?? SeedCount;
        var found = Simulation.FindBroken(0, count);
        output.WriteLine($"{count} seeds in {TimeProvider.System.GetElapsedTime(start)}");

        Assert.True(found is null, found is null ? "" : Simulation.Explain(found));
    }

    [Theory]
    [InlineData(nameof(Mutant.AcceptWithoutRecord))]
    [InlineData(nameof(Mutant.UncheckedCommit))]
    [InlineData(nameof(Mutant.UncheckedGuard))]
    [InlineData(nameof(Mutant.UncheckedLimit))]
    [InlineData(nameof(Mutant.UnconditionalWrite))]
    [InlineData(nameof(Mutant.NoLeaseSweep))]
    [InlineData(nameof(Mutant.NoTicketSweep))]
    [InlineData(nameof(Mutant.NoDelaySweep))]
    [InlineData(nameof(Mutant.NoJobSweep))]
    [InlineData(nameof(Mutant.NoSpecSweep))]
    [InlineData(nameof(Mutant.DeleteBeforeSend))]
    [InlineData(nameof(Mutant.StateWithoutRows))]
    [InlineData(nameof(Mutant.CancelForgotten))]
    [InlineData(nameof(Mutant.EndRecordsUnread))]
    public void Farm_WithoutASafeguard_IsSeenToBreak(string mutant)
    {
        var found = Simulation.FindBroken(0, MutantSeedCount, Enum.Parse<Mutant>(mutant));

        Assert.NotNull(found);
        output.WriteLine($"{found}\n{Simulation.Run(found)}");
    }

    [Fact]
    public void World_SameSeedTwice_GoesTheSameWay()
    {
        var (first, second) = (new List<string>(), new List<string>());

        Simulation.Run(SimulationSetup.Of(7) with { Faults = Faults.All }, first);
        Simulation.Run(SimulationSetup.Of(7) with { Faults = Faults.All }, second);

        Assert.NotEmpty(first);
        Assert.Equal(first, second);
    }

    private static int? Number(string variable) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(variable),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number)
            ? number
            : null;
}
