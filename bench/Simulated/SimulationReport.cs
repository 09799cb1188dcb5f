using System.Globalization;
using System.Text;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>What <c>docs/dispatch.md</c> says of the simulation.</summary>
internal sealed class SimulationReport(int workerCount, int tenantCount)
{
    private const string Begin = "<!-- simulation: written by bench/simulate -->";
    private const string End = "<!-- end -->";
    private readonly List<(Outcome Outcome, double Bound)> batches = [];
    private readonly List<Outcome> days = [];
    private Outcome? empty;

    public double DecisionRate { get; set; }

    public void AddBatch(Outcome outcome, double bound) => batches.Add((outcome, bound));

    public void AddDay(Outcome outcome) => days.Add(outcome);

    public void AddEmpty(Outcome outcome) => empty = outcome;

    /// <summary>The tables.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture, $"{workerCount:N0} workers, {tenantCount} tenants.\n\n");
        AddBatchTable(text);
        AddDayTable(text);
        text.Append(
            CultureInfo.InvariantCulture,
            $"\n{DecisionRate:N0} decisions a second on one core, with 100 tenants and 40,000");
        text.Append(" ready shots.\n");
        return text.ToString();
    }

    /// <summary>Writes the tables and the picture where docs are, if they are here.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        const string page = "docs/dispatch.md", picture = "docs/images/launch-day.svg";
        if (!File.Exists(page))
        {
            return;
        }

        var text = await File.ReadAllTextAsync(page, cancellationToken);
        var (from, to) = (
            text.IndexOf(Begin, StringComparison.Ordinal),
            text.IndexOf(End, StringComparison.Ordinal));
        await File.WriteAllTextAsync(
            page,
            text[..(from + Begin.Length)] + "\n\n" + Text() + "\n" + text[to..],
            cancellationToken);
        await File.WriteAllTextAsync(
            picture, LaunchPicture.Draw(days, LaunchPicture.Size), cancellationToken);
    }

    private void AddBatchTable(StringBuilder text)
    {
        text.Append("| batch load, all at once | ");
        Row(text, batches.Select(b => b.Outcome.Rule));
        text.Append("|---|").Append(string.Concat(Enumerable.Repeat("---:|", batches.Count)))
            .Append('\n');
        Row(text, "makespan over the lower bound", b => Percent(
            (b.Outcome.Meter.Makespan / b.Bound) - 1));
        Row(text, "least share of a tenant, of what was due", b => Percent(
            b.Outcome.Meter.Fairness.Shares.Values.DefaultIfEmpty(0).Min()));
        Row(text, "the same in its worst half hour", b => Percent(
            b.Outcome.Meter.Fairness.LeastInWindow));
        Row(text, "model reloads", b => $"{b.Outcome.Meter.ReloadCount:N0}");
        Row(text, "shots", b => $"{b.Outcome.Meter.BegunCount:N0}");
        Row(text, "started twice at the tail", b => $"{b.Outcome.Meter.DoubleCount:N0}");
        Row(text, "work thrown away for that", b => Percent(
            b.Outcome.Meter.WastedWork / b.Outcome.Meter.Work));
    }

    private void AddDayTable(StringBuilder text)
    {
        var all = days.Append(empty!).ToList();
        text.Append("\n| a day with a launch | ");
        Row(text, days.Select(d => d.Rule).Append("interactive alone"));
        text.Append("|---|").Append(string.Concat(Enumerable.Repeat("---:|", all.Count)))
            .Append('\n');
        Row(text, all, "interactive: p50 wait, usual hours", m => Time(
            m.Waited(JobPriority.Interactive, 0.5, IsUsual)));
        Row(text, all, "interactive: p95 wait, usual hours", m => Time(
            m.Waited(JobPriority.Interactive, 0.95, IsUsual)));
        Row(text, all, "interactive: p50 wait, launch", m => Time(
            m.Waited(JobPriority.Interactive, 0.5, IsLaunch)));
        Row(text, all, "interactive: p95 wait, launch", m => Time(
            m.Waited(JobPriority.Interactive, 0.95, IsLaunch)));
        Row(text, all, "normal: p50 from ready to begun", m => Time(
            m.Queued(JobPriority.Normal, 0.5)));
        Row(text, all, "normal: p95 from ready to begun", m => Time(
            m.Queued(JobPriority.Normal, 0.95)));
        Row(text, all, "the film of 185 shots and 693 keyframes", m => Time(LongFilm(m)));
        Row(text, all, "batch: p95 from ready to begun", m => Time(
            m.Queued(JobPriority.Batch, 0.95)));
        Row(text, all, "batch: least share of a tenant, of what was due", m => Percent(
            m.Fairness.Shares.Where(s => s.Key.Class == JobPriority.Batch)
                .Select(s => s.Value).DefaultIfEmpty(0).Min()));
        Row(text, all, "most jobs waiting", m => $"{m.MostWaiting:N0}");
        Row(text, all, "model reloads", m => $"{m.ReloadCount:N0}");
        Row(text, all, "shots", m => $"{m.BegunCount:N0}");
        Row(text, all, "everything done after", m => Time(m.Makespan));
    }

    private static double LongFilm(RunMeter meter) => meter.DoneJobs
        .Where(job => job.Shots.Length == 878)
        .Select(job => job.DoneAt - job.ArrivesAt).FirstOrDefault();

    private static bool IsUsual(SimJob job) =>
        job.ArrivesAt < Loads.LaunchAt || job.ArrivesAt > Loads.LaunchAt + 7200;

    private static bool IsLaunch(SimJob job) =>
        job.ArrivesAt >= Loads.LaunchAt
        && job.ArrivesAt <= Loads.LaunchAt + Loads.LaunchSeconds;

    private void Row(
        StringBuilder text, string name, Func<(Outcome Outcome, double Bound), string> cell)
    {
        text.Append("| ").Append(name).Append(" | ");
        Row(text, batches.Select(cell));
    }

    private static void Row(
        StringBuilder text, List<Outcome> all, string name, Func<RunMeter, string> cell)
    {
        text.Append("| ").Append(name).Append(" | ");
        Row(text, all.Select(outcome => cell(outcome.Meter)));
    }

    private static void Row(StringBuilder text, IEnumerable<string> cells) =>
        text.AppendJoin(" | ", cells).Append(" |\n");

    private static string Percent(double part) =>
        string.Create(CultureInfo.InvariantCulture, $"{part * 100:0.0} %");

    private static string Time(double seconds) => seconds switch
    {
        0 => "-",
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0} h"),
    };
}
