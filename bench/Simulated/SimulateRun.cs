using System.Globalization;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>
/// 1,000 unlike workers and 100 tenants on virtual time, under the farm's policy, FIFO and
/// round-robin; writes <c>docs/dispatch.md</c>'s table and picture. A part of it, for a quick look,
/// writes only when it is asked to.
/// </summary>
internal static class SimulateRun
{
    private const double BatchHours = 6;
    private const int LaunchCount = 72_000;

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var seed = Number(args, "--seed", 1);
        var part = Number(args, "--part", 1);
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
        if (part == 1 || args.Contains("--write"))
        {
            await report.WriteAsync(cancellationToken);
        }

        return 0;
    }

    private static int Number(string[] args, string name, int usual)
    {
        var place = Array.IndexOf(args, name);
        return place >= 0 && place + 1 < args.Length
            ? int.Parse(args[place + 1], CultureInfo.InvariantCulture)
            : usual;
    }
}
