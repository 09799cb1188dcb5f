using Xunit;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// Tests that take every processor, and so run when no other does: another test's answers would
/// come too late.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SimulationCollection
{
    internal const string Name = "simulation";
}
