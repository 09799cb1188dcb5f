using System.Globalization;
using System.Text;
using RenderFarm.Benchmarks.Processes;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>A run in Markdown.</summary>
internal static class ChaosReport
{
    public static string Write(
        ChaosSettings settings,
        IReadOnlyCollection<Fault> faults,
        IReadOnlyCollection<JobRecord> jobs,
        ChaosCheck check,
        Toll toll,
        TimeSpan settled,
        IReadOnlyList<FarmProcess> fallen)
    {
        var text = new StringBuilder();
        void Line(string line) => text.AppendLine(line);
        void Row(string what, FormattableString figure) => Line(
            $"| {what} | {figure.ToString(CultureInfo.InvariantCulture)} |");

        var shotCount = jobs.Sum(job => job.Snapshot?.Shots.Count ?? 0);
        Line($"Seed {settings.Seed}: {settings.Duration.TotalMinutes:0.##} minutes of faults on "
            + $"2 Brokers, {settings.WorkerCount} workers, 2 stitchers.");
        Line("");
        Line("| what | figure |");
        Line("|---|---|");
        Row("faults", $"{faults.Count}");
        foreach (var kind in faults.GroupBy(Name).OrderBy(k => k.Key, StringComparer.Ordinal))
        {
            Row(kind.Key, $"{kind.Count()}");
        }

        Row("jobs", $"{jobs.Count}");
        foreach (var kind in jobs.GroupBy(job => job.Kind).OrderBy(k => k.Key))
        {
            Row($"films: {kind.Key.ToString().ToLowerInvariant()}", $"{kind.Count()}");
        }

        Row("reels with the undisturbed film's frames", $"{check.EqualReelCount} of {jobs.Count}");
        Row("shots", $"{shotCount}");
        Row("attempts", $"{toll.AttemptCount}");
        Row("workers' time on attempts", $"{toll.Spent.TotalSeconds:0.0} s");
        Row(
            "of it without an accepted clip",
            $"{toll.Wasted.TotalSeconds:0.0} s, {Share(toll):0.0} %");
        foreach (var (whose, recoveries) in ((string, Recoveries)[])
            [("told to stop", toll.Clean), ("killed", toll.Killed), ("cut off", toll.Silent)])
        {
            Row($"worker {whose}: recovery starts", $"{Percentiles(recoveries.Starts)}");
            Row($"worker {whose}: the shot is claimed again", $"{Percentiles(recoveries.Claims)}");
        }

        Row("last fault to last job's end", $"{settled.TotalSeconds:0.0} s");
        Row(
            "services that ended by themselves and were started again",
            $"{fallen.Sum(process => process.OwnEndCount)}");
        foreach (var process in fallen)
        {
            Row($"of them: {process.Name}", $"{process.OwnEndCount}");
        }

        Row("violations", $"{check.Violations.Count}");
        foreach (var violation in check.Violations)
        {
            Line("");
            Line($"* {violation}");
        }

        return text.ToString();
    }

    private static double Share(Toll toll) =>
        toll.Spent > TimeSpan.Zero ? 100 * (toll.Wasted / toll.Spent) : 0;

    /// <summary>As in <c>kill worker</c>, <c>stall line</c>, <c>kill server Redis</c>.</summary>
    private static string Name(Fault fault) => fault.Kind switch
    {
        FaultKind.Cut or FaultKind.Stall =>
            $"{fault.Kind.ToString().ToLowerInvariant()} {fault.Target.Split(' ')[^1]} off a "
            + fault.Target.Split('-')[0],
        FaultKind.KillServer => $"kill {fault.Target}",
        FaultKind.CloseConnections => "close every connection of RabbitMQ",
        FaultKind.PurgeTickets => "purge the ticket queue",
        FaultKind.DeleteTickets => "delete the ticket queue",
        _ => $"{fault.Kind.ToString().ToLowerInvariant()} a {fault.Target.Split('-')[0]}",
    };

    private static string Percentiles(IReadOnlyList<TimeSpan> sorted)
    {
        if (sorted.Count == 0)
        {
            return "none";
        }

        TimeSpan At(double share) => sorted[(int)Math.Min(
            sorted.Count - 1, Math.Ceiling(share * sorted.Count) - 1)];
        return string.Create(CultureInfo.InvariantCulture,
            $"p50 {At(0.5).TotalSeconds:0.0} s, p99 {At(0.99).TotalSeconds:0.0} s "
            + $"of {sorted.Count}");
    }
}
