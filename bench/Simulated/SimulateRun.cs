namespace RenderFarm.Benchmarks.Simulated;

/// <summary>
/// 1,000 unlike workers and 100 tenants on virtual time, under the farm's policy, FIFO and
/// round-robin; writes <c>docs/dispatch.md</c>'s table and picture. A part of it, for a quick look,
/// writes only when it is asked to.
/// </summary>
internal static class SimulateRun
{
    private const string Usage = "bench/simulate [--seed 1] [--part 1] [--write]";
    private const double BatchHours = 6;
    private const int LaunchCount = 72_000;

    /// <exception cref="UsageException">The command line cannot be read.</exception>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var writes = args.Contains("--write");
        var options = new NamedOptions(
            [.. args.Where(arg => arg != "--write")], Usage, ("--seed", "1"), ("--part", "1"));
        var (seed, part) = (options.Count("--seed", 0), options.Count("--part", 1));
        var kinds = Fleet.Workers(part);
        var tenants = Fleet.Tenants(Math.Max(10, 100 / part));
        var capacity = Fleet.Capacity(kinds);
        IDispatchRule[] Rules() =>
            [new PolicyRule(tenants), new RoundRobinRule(tenants), new FifoRule()];

        var report = new SimulationReport(kinds.Sum(kind => kind.Count), tenants.Count);
        foreach (var rule in Rules())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var jobs = Loads.Batch(tenants, capacity, BatchHours, seed);
            var outcome = Outcome.Of(kinds, rule, jobs);
            report.AddBatch(outcome, LowerBound.Of(jobs, outcome.Workers));
            Console.WriteLine($"batch load: {rule.Name}");
        }

        foreach (var rule in Rules())
        {
            cancellationToken.ThrowIfCancellationRequested();
            report.AddDay(Outcome.Of(
                kinds,
                rule,
                Loads.OneDay(tenants, capacity, LaunchCount / part, seed, onlyLooks: false)));
            Console.WriteLine($"a day: {rule.Name}");
        }

        report.AddEmpty(Outcome.Of(
            kinds,
            new PolicyRule(tenants),
            Loads.OneDay(tenants, capacity, LaunchCount / part, seed, onlyLooks: true)));
        report.DecisionRate = DecisionSpeed.Measure(100, 40_000, 100_000);
        Console.WriteLine(report.Text());
        if (part == 1 || writes)
        {
            await report.WriteAsync(cancellationToken);
        }

        return 0;
    }
}
