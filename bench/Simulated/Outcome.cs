namespace RenderFarm.Benchmarks.Simulated;

/// <summary>A rule's run.</summary>
internal sealed record Outcome(string Rule, RunMeter Meter, IReadOnlyList<SimWorker> Workers)
{
    /// <summary>Lets a farm work through jobs, which must be fresh.</summary>
    public static Outcome Of(
        IReadOnlyList<WorkerKind> kinds, IDispatchRule rule, IReadOnlyList<SimJob> jobs)
    {
        var meter = new RunMeter();
        var run = new FarmRun(kinds, rule, meter, seed: 1);
        run.Run(jobs);
        meter.Fairness.Close();
        return new Outcome(rule.Name, meter, run.Workers);
    }
}
