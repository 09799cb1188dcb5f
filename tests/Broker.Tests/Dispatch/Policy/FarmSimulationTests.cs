using RenderFarm.Benchmarks.Simulated;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch.Policy;

/// <summary>
/// A small slice of <c>bench/simulate</c>: the policy on virtual time, the same every time. The
/// whole farm is in docs/dispatch.md.
/// </summary>
public sealed class FarmSimulationTests
{
    private const int Part = 20;
    private static readonly IReadOnlyList<WorkerKind> Kinds = Fleet.Workers(Part);
    private static readonly IReadOnlyList<SimTenant> Tenants = Fleet.Tenants(10);
    private static readonly double Capacity = Fleet.Capacity(Kinds);

    [Fact]
    public void Batch_OnUnlikeWorkers_IsFastFairAndKeepsItsModels()
    {
        var jobs = Loads.Batch(Tenants, Capacity, hours: 6, seed: 1);
        var ours = Outcome.Of(Kinds, new PolicyRule(Tenants), jobs);
        var fifo = Outcome.Of(
            Kinds, new FifoRule(), Loads.Batch(Tenants, Capacity, hours: 6, seed: 1));

        var bound = LowerBound.Of(jobs, ours.Workers);

        Assert.InRange(ours.Meter.Makespan / bound, 1, 1.03);
        Assert.True(ours.Meter.Fairness.Shares.Values.Min() >= 0.95);
        Assert.True(ours.Meter.ReloadCount * 5 <= fifo.Meter.ReloadCount);
        Assert.All(jobs, job => Assert.Equal(0, job.LeftCount));
    }

    [Fact]
    public void Run_Twice_IsTheSame()
    {
        double Run(long seed) => Outcome.Of(
            Kinds,
            new PolicyRule(Tenants),
            Loads.Batch(Tenants, Capacity, hours: 0.5, seed)).Meter.Makespan;

        Assert.Equal(Run(3), Run(3));
        Assert.NotEqual(Run(3), Run(4));
    }
}
