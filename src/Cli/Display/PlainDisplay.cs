using System.Globalization;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Cli.Display;

/// <summary>One line an event; for logs and pipes. Faults go to standard error.</summary>
internal sealed class PlainDisplay(TextWriter output, TextWriter errors, TimeProvider time)
    : IFilmDisplay
{
    private readonly long start = time.GetTimestamp();

    /// <inheritdoc />
    public void Faults(IReadOnlyList<Fault> found) => FaultText.Write(errors, found);

    /// <inheritdoc />
    public void Accepted(JobAccepted accepted, JobSnapshot snapshot)
    {
        Line($"job {accepted.JobId}: {accepted.ShotCount} shots, {accepted.FrameCount} frames");
        if (accepted.CachedShotCount > 0)
        {
            Line($"{accepted.CachedShotCount} of {accepted.ShotCount} shots are rendered already");
        }
    }

    /// <inheritdoc />
    public void Event(FarmEvent farmEvent, object? message)
    {
        switch (message)
        {
            case ShotProgressed p when p.StepNumber == p.StepCount || p.StepNumber % 8 == 0:
                Line($"{p.ShotId} {p.Stage.ToString().ToLowerInvariant()} " +
                    $"step {p.StepNumber}/{p.StepCount} on {p.WorkerId}");
                break;
            case ShotRendered r:
                Line(r.Cached
                    ? $"{r.ShotId} was rendered before; {r.LeftCount} to go"
                    : $"{r.ShotId} rendered{TakeText.Of(r.TakeIndex, r.Score)}; " +
                        $"{r.LeftCount} to go");
                break;
            case ShotFailed f:
                Line($"{f.ShotId} try {f.AttemptNumber} failed ({f.Error}): {f.Message}" +
                    (f.Final ? "; there will be no other" : "; it will be tried again"));
                break;
            case ShotMissed m:
                Line($"{m.ShotId} is missing, with a card in its place: {m.Reason}; " +
                    $"{m.LeftCount} to go");
                break;
            case JobPaused p:
                Line($"{p.ShotId ?? "the job"} is paused");
                break;
            case JobResumed r:
                Line($"{r.ShotId ?? "the job"} goes on");
                break;
            case BudgetWarned b:
                Line($"{b.GpuTime} of {b.Budget} of GPU time is used");
                break;
            case JobFailed f:
                Line($"the film cannot be made: {f.Reason}");
                break;
            case JobCanceled:
                Line("the job is canceled; finished shots are kept");
                break;
            default:
                break;
        }
    }

    /// <inheritdoc />
    public void Fetched(JobCompleted completed, string reelPath) =>
        Line(FilmSummary.Of(completed, reelPath));

    /// <inheritdoc />
    public void Say(string sentence) => Line(sentence);

    /// <inheritdoc />
    public Task<int> RunAsync(Func<Task<int>> work) => work();

    private void Line(string text)
    {
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{seconds,7:0.0}s] {text}"));
        output.Flush();
    }
}
