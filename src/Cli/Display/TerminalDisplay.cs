using System.Globalization;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;
using Spectre.Console;

namespace RenderFarm.Cli.Display;

/// <summary>One bar a shot with its step, speed and the time left, for a terminal.</summary>
internal sealed class TerminalDisplay(IAnsiConsole console, TextWriter errors, TimeProvider time)
    : IFilmDisplay
{
    // More bars than a screen has lines help nobody: long films show what is under way.
    private const int MaxBars = 24;

    private readonly Dictionary<string, ProgressTask> bars = [];
    private readonly Dictionary<string, long> starts = [];
    private readonly List<Fault> faults = [];
    private readonly List<string> closing = [];
    private ProgressContext? live;
    private ProgressTask? film;
    private string filmName = "film";
    private int shotCount;

    /// <inheritdoc />
    public void Faults(IReadOnlyList<Fault> found)
    {
        faults.AddRange(found);
        if (live is null)
        {
            Close();
        }
    }

    /// <inheritdoc />
    public void Accepted(JobAccepted accepted, JobSnapshot snapshot)
    {
        shotCount = accepted.ShotCount;
        filmName = Markup.Escape(snapshot.Title ?? "film");
        film = live!.AddTask(filmName, maxValue: shotCount);
        film.Value = shotCount - snapshot.LeftCount;
        if (shotCount > MaxBars)
        {
            return;
        }

        foreach (var shot in snapshot.Shots)
        {
            var done = shot.Status == ShotStatus.Rendered;
            var bar = Bar(shot.ShotId, done ? "rendered before" : "waiting");
            bar.Value = done ? bar.MaxValue : 0;
        }
    }

    /// <inheritdoc />
    public void Event(FarmEvent farmEvent, object? message)
    {
        switch (message)
        {
            case ShotProgressed p:
                Progressed(p);
                break;
            case ShotRendered r:
                Finish(r.ShotId, r.Cached
                    ? "rendered before"
                    : $"rendered{TakeText.Of(r.TakeIndex, r.Score)}");
                film!.Value = shotCount - r.LeftCount;
                break;
            case ShotFailed f:
                Describe(f.ShotId, f.Final ? "failed" : "failed, to be tried again");
                closing.Add($"{f.ShotId} try {f.AttemptNumber} failed ({f.Error}): {f.Message}");
                break;
            case ShotMissed m:
                Finish(m.ShotId, "missing");
                closing.Add($"{m.ShotId} is missing, with a card in its place: {m.Reason}");
                film!.Value = shotCount - m.LeftCount;
                break;
            case JobPaused { ShotId: { } shotId }:
                Describe(shotId, "paused");
                break;
            case JobResumed { ShotId: { } shotId }:
                Describe(shotId, "waiting");
                break;
            case JobPaused or JobResumed:
                film!.Description =
                    message is JobPaused ? $"{filmName} [grey]paused[/]" : filmName;
                break;
            case BudgetWarned b:
                closing.Add($"{b.GpuTime} of {b.Budget} of GPU time is used");
                break;
            case JobFailed f:
                closing.Add($"the film cannot be made: {f.Reason}");
                break;
            case JobCanceled:
                closing.Add("the job is canceled; finished shots are kept");
                break;
            default:
                break;
        }
    }

    /// <inheritdoc />
    public void Fetched(JobCompleted completed, string reelPath) =>
        closing.Add(FilmSummary.Of(completed, reelPath));

    /// <inheritdoc />
    public void Say(string sentence)
    {
        closing.Add(sentence);
        if (live is null)
        {
            Close();
        }
    }

    /// <inheritdoc />
    public async Task<int> RunAsync(Func<Task<int>> work)
    {
        try
        {
            return await console.Progress()
                .AutoClear(false)
                .HideCompleted(false)
                .Columns(
                    new TaskDescriptionColumn { Alignment = Justify.Left },
                    new ProgressBarColumn(),
                    new PercentageColumn(),
                    new RemainingTimeColumn())
                .StartAsync(context =>
                {
                    live = context;
                    return work();
                });
        }
        finally
        {
            live = null;
            Close();
        }
    }

    // Text between the bars would break them; what was said meanwhile is written below them.
    private void Close()
    {
        FaultText.Write(errors, faults);
        faults.Clear();
        foreach (var sentence in closing)
        {
            console.WriteLine(sentence);
        }

        closing.Clear();
    }

    private void Progressed(ShotProgressed p)
    {
        var bar = Bar(p.ShotId, "starting");
        var stage = p.Stage == AttemptStage.Rendering
            ? $"step {p.StepNumber}/{p.StepCount}{Speed(p)}"
            : p.Stage.ToString().ToLowerInvariant();
        Describe(p.ShotId, stage);
        bar.Value = bar.MaxValue * p.StepNumber / Math.Max(1, p.StepCount);
    }

    private string Speed(ShotProgressed p)
    {
        var key = $"{p.ShotId}/{p.AttemptNumber}";
        if (!starts.TryGetValue(key, out var start))
        {
            starts[key] = time.GetTimestamp();
            return "";
        }

        var perStep = time.GetElapsedTime(start).TotalSeconds / Math.Max(1, p.StepNumber);
        return string.Create(CultureInfo.InvariantCulture, $", {perStep:0.00} s/step");
    }

    private void Finish(string shotId, string words)
    {
        Describe(shotId, words);
        if (bars.TryGetValue(shotId, out var bar))
        {
            bar.Value = bar.MaxValue;
            bar.StopTask();
        }
    }

    private ProgressTask Bar(string shotId, string words)
    {
        if (!bars.TryGetValue(shotId, out var bar))
        {
            bar = live!.AddTask(Words(shotId, words), maxValue: 100);
            bars[shotId] = bar;
        }

        return bar;
    }

    private void Describe(string shotId, string words)
    {
        if (bars.TryGetValue(shotId, out var bar))
        {
            bar.Description = Words(shotId, words);
        }
    }

    private static string Words(string shotId, string words) =>
        $"  {Markup.Escape(shotId),-14} [grey]{Markup.Escape(words),-28}[/]";
}
