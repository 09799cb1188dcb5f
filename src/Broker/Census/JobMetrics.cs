using System.Diagnostics.Metrics;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Broker.Census;

/// <summary>
/// What becomes of jobs and shots, read off the rulings that were kept. Labels are few: models,
/// classes, words of these lists; never a job.
/// </summary>
internal sealed class JobMetrics
{
    private readonly HashSet<string> models = [];
    private readonly Counter<long> accepted;
    private readonly Counter<long> ended;
    private readonly Counter<long> shots;
    private readonly Counter<long> frames;
    private readonly Counter<double> film;
    private readonly Counter<long> granted;
    private readonly Counter<long> handedBack;
    private readonly Counter<double> gpuTime;
    private readonly Histogram<double> durations;
    private readonly Histogram<double> waits;

    public JobMetrics(Meter meter)
    {
        accepted = meter.CreateCounter<long>(
            "renderfarm.jobs.accepted", "{job}", "Jobs that were begun, by priority.");
        ended = meter.CreateCounter<long>(
            "renderfarm.jobs.ended", "{job}", "Jobs that ended, by how.");
        durations = meter.CreateHistogram<double>(
            "renderfarm.job.duration", "s", "Time from a job's acceptance to its end, by how.");
        shots = meter.CreateCounter<long>(
            "renderfarm.shots.rendered",
            "{shot}",
            "Shots that got a clip, by model and by whether it was rendered or there already.");
        frames = meter.CreateCounter<long>(
            "renderfarm.frames.rendered", "{frame}", "Frames of those clips.");
        film = meter.CreateCounter<double>(
            "renderfarm.film.time", "s", "Length of those clips as they play.");
        granted = meter.CreateCounter<long>(
            "renderfarm.attempts.granted",
            "{attempt}",
            "Attempts that began, by model and by whether they are a shot's first or a retry.");
        handedBack = meter.CreateCounter<long>(
            "renderfarm.attempts.handed_back",
            "{attempt}",
            "Attempts that workers gave back because they were told to stop.");
        gpuTime = meter.CreateCounter<double>(
            "renderfarm.gpu.time",
            "s",
            "Time on GPUs by model and by what came of it; a Broker counts what was lost.");
        waits = meter.CreateHistogram<double>(
            "renderfarm.queue.wait", "s", "Time from ready to claimed, by model and priority.");
    }

    /// <summary>Says what has not happened yet.</summary>
    public void Begin()
    {
        foreach (var priority in Enum.GetValues<JobPriority>())
        {
            accepted.Add(0, Priority(priority));
        }

        foreach (var status in (JobStatus[])
            [JobStatus.Completed, JobStatus.Failed, JobStatus.Canceled])
        {
            ended.Add(0, Status(status));
        }
    }

    /// <summary>Says the same of a model that the farm has work for.</summary>
    public void Begin(string queue)
    {
        lock (models)
        {
            if (!models.Add(FarmQueues.ModelOf(queue)))
            {
                return;
            }
        }

        var model = Model(queue);
        foreach (var source in (string[])["rendered", "cache"])
        {
            shots.Add(0, model, Source(source));
            frames.Add(0, model, Source(source));
            film.Add(0, model, Source(source));
        }

        granted.Add(0, model, Kind("first"));
        granted.Add(0, model, Kind("retry"));
        handedBack.Add(0, model);
        gpuTime.Add(0, model, new("outcome", "lost"));
    }

    /// <summary>A job was begun.</summary>
    public void Opened(Ruling opening)
    {
        Begin(opening.Job.Queue);
        accepted.Add(1, Priority(opening.Job.Priority));
        foreach (var shot in opening.Shots)
        {
            CountClip(shot);
        }
    }

    /// <summary>Something happened to a job, or to a shot of it.</summary>
    /// <param name="ruling">What was kept.</param>
    /// <param name="what">What happened to a shot; null when it happened to the job.</param>
    /// <param name="ends">Whether it ended the job.</param>
    /// <param name="now">When.</param>
    public void Applied(Ruling ruling, ShotEvent? what, bool ends, DateTimeOffset now)
    {
        var job = ruling.Job;
        if (ends)
        {
            ended.Add(1, Status(job.Status));
            durations.Record((now - job.AcceptedAt).TotalSeconds, Status(job.Status));
        }

        switch (what)
        {
            case ShotEvent.ClipAccepted:
                CountClip(ruling.Shots[0]);
                break;
            case ShotEvent.Claimed when ruling.Shots[0].Attempt is { } attempt:
                waits.Record(
                    ruling.Shots[0].Queued.TotalSeconds,
                    Model(job.Queue),
                    Priority(job.Priority));
                granted.Add(
                    1,
                    Model(job.Queue),
                    Kind(attempt.AttemptNumber == 1 ? "first" : "retry"));
                break;
            case ShotEvent.HandedBack:
                handedBack.Add(1, Model(job.Queue));
                break;
            case ShotEvent.LeaseExpired:
                // From the claim to now, the lease's silence included: nobody knows when it ended.
                var shot = ruling.Shots[0];
                var claimedAt = (shot.ReadyAt ?? now) + shot.Queued;
                gpuTime.Add(
                    Math.Max(0, (now - claimedAt).TotalSeconds),
                    Model(job.Queue),
                    new("outcome", "lost"));
                break;
            default:
                break;
        }
    }

    private void CountClip(ShotState shot)
    {
        if (shot.Clip is not { } clip)
        {
            return;
        }

        var model = Model(shot.Queue);
        var source = Source(shot.Cached ? "cache" : "rendered");
        shots.Add(1, model, source);
        frames.Add(clip.FrameCount, model, source);
        film.Add(
            clip.FrameCount * (double)clip.FrameRate.Denominator / clip.FrameRate.Numerator,
            model,
            source);
    }

    private static KeyValuePair<string, object?> Model(string queue) =>
        new("model", FarmQueues.ModelOf(queue));

    private static KeyValuePair<string, object?> Source(string source) => new("source", source);

    private static KeyValuePair<string, object?> Kind(string kind) => new("kind", kind);

    private static KeyValuePair<string, object?> Status(JobStatus status) =>
        new("status", JobRules.Word(status));

    private static KeyValuePair<string, object?> Priority(JobPriority priority) =>
        new("priority", priority.ToString().ToLowerInvariant());
}
