using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.State;

/// <summary>
/// What may happen to a job, and what follows. Pure: no clock, no bus, no store. A transition that
/// is not listed here is refused.
/// </summary>
internal static class JobRules
{
    /// <summary>Missing shots that one event names; the report names all of them.</summary>
    private const int MostToldMissing = 100;

    /// <summary>Applies one event to one job.</summary>
    public static Ruling Apply(
        JobState job, JobEvent what, RuleLimits limits, DateTimeOffset now) =>
        (job.Status, what) switch
        {
            (JobStatus.Rendering or JobStatus.Paused, JobEvent.ShotDone e)
                when job.LeftCount > 0 => JobBudget.Warn(job with
                {
                    LeftCount = job.LeftCount - 1,
                    CachedCount = job.CachedCount + (e.Cached ? 1 : 0),
                    GpuTime = job.GpuTime + e.GpuTime,
                }),
            (JobStatus.Rendering or JobStatus.Paused, JobEvent.BudgetUsed)
                when job.IsOverBudget => Fail(job, JobBudget.Reason(job), shotId: null, now),
            (JobStatus.Rendering or JobStatus.Paused, JobEvent.ShotLost e) =>
                Fail(job, e.Reason, e.ShotId, now),
            (JobStatus.Rendering or JobStatus.Paused, JobEvent.ShotsMissed e)
                when job.LeftCount >= e.Count => Miss(job, e.Count, now),
            (JobStatus.Rendering, JobEvent.PauseAsked) => Tell(
                job with { Status = JobStatus.Paused }, new JobPaused { JobId = job.JobId }),
            (JobStatus.Paused, JobEvent.PauseAsked) => Ruling.Repeated(job),
            (JobStatus.Paused, JobEvent.ResumeAsked) => Tell(
                job with { Status = JobStatus.Rendering }, new JobResumed { JobId = job.JobId }),
            (JobStatus.Rendering, JobEvent.ResumeAsked) => Ruling.Repeated(job),
            (JobStatus.Rendering, JobEvent.CutWritten e) when job.LeftCount == 0 => Ask(
                job with { Status = JobStatus.Stitching }, e.CutListKey, now),
            (JobStatus.Stitching, JobEvent.CutWritten) => Ruling.Repeated(job),
            (JobStatus.Stitching, JobEvent.ReelOverdue e) when e.AskedAt == job.StitchAskedAt =>
                Ask(job, e.CutListKey, now),
            (JobStatus.Stitching, JobEvent.ReelOverdue) => Ruling.Repeated(job),
            (JobStatus.Stitching, JobEvent.ReelDone e) when e.Revision == job.Revision =>
                Complete(job, e, now),
            (JobStatus.Completed, JobEvent.ReelDone e) when e.Revision == job.Revision =>
                Ruling.Repeated(job),
            (JobStatus.Stitching, JobEvent.ReelLost e) when IsNews(job, e) =>
                LoseReel(job, e, limits, now),
            (JobStatus.Stitching, JobEvent.ReelLost e) when e.Revision == job.Revision =>
                Ruling.Repeated(job),
            (JobStatus.Rendering or JobStatus.Paused or JobStatus.Stitching,
                JobEvent.CancelAsked) => Cancel(job, now),
            (JobStatus.Rendering or JobStatus.Paused or JobStatus.Stitching,
                JobEvent.EndedBefore e) => e.Status == JobStatus.Canceled
                    ? Cancel(job, e.EndedAt)
                    : Fail(job, e.Reason ?? "it failed before", shotId: null, e.EndedAt),
            (JobStatus.Canceled, JobEvent.CancelAsked) => Ruling.Repeated(job),
            (JobStatus.Failed or JobStatus.Canceled, JobEvent.ShotsEnded) when !job.Closed =>
                Applied(job with { Closed = true }),
            (JobStatus.Failed or JobStatus.Canceled, JobEvent.ShotsEnded) => Ruling.Repeated(job),
            _ => Ruling.Refused(job, $"{what.Name} in a job that is {Word(job.Status)}"),
        };

    /// <summary>A status as it is written on the wire.</summary>
    public static string Word(JobStatus status) => status.ToString().ToLowerInvariant();

    private static Ruling Applied(JobState job, params Outgoing[] outgoing) =>
        new() { Verdict = Verdict.Applied, Job = job, Outgoing = outgoing };

    private static Ruling Tell<T>(JobState job, T happened)
        where T : class
    {
        var (numbered, message) = Outgoing.Event(job, happened);
        return Applied(numbered, message);
    }

    /// <summary>A film of nothing but cards is none.</summary>
    private static Ruling Miss(JobState job, int count, DateTimeOffset now)
    {
        var missed = job with
        {
            LeftCount = job.LeftCount - count,
            MissingCount = job.MissingCount + count,
        };
        return missed.MissingCount == missed.ShotCount
            ? Fail(missed, "no shot of the film could be rendered", shotId: null, now)
            : Applied(missed);
    }

    private static Ruling Ask(JobState job, string cutListKey, DateTimeOffset now)
    {
        var asked = job with { StitchAskedAt = now };
        return Applied(asked, Outgoing.Stitch(asked, cutListKey));
    }

    /// <summary>
    /// Whether this failure was not counted yet: the bus repeats messages, and two stitchers may
    /// have had the same order.
    /// </summary>
    private static bool IsNews(JobState job, JobEvent.ReelLost what) =>
        what.Revision == job.Revision
            && (what.Permanent || what.EarlierFailureCount == job.ReelFailureCount);

    private static Ruling LoseReel(
        JobState job, JobEvent.ReelLost what, RuleLimits limits, DateTimeOffset now)
    {
        var lost = job with { ReelFailureCount = job.ReelFailureCount + 1 };
        return what.Permanent || lost.ReelFailureCount >= limits.ReelLimit
            ? Fail(lost, $"the reel could not be joined: {what.Message}", shotId: null, now)
            : Ask(lost, what.CutListKey, now);
    }

    private static Ruling Complete(JobState job, JobEvent.ReelDone what, DateTimeOffset now)
    {
        var completed = job with
        {
            Status = JobStatus.Completed,
            EndedAt = now,
            Files = WithoutUrls(what.Files),
            Closed = true,
        };
        return Tell(completed, new JobCompleted
        {
            JobId = job.JobId,
            FrameCount = job.FrameCount,
            RenderedShotCount = job.ShotCount - job.CachedCount - job.MissingCount,
            CachedShotCount = job.CachedCount,
            MissingShotCount = job.MissingCount,
            MissingShots = [.. (what.Missing ?? []).Take(MostToldMissing)],
            Files = what.Files,
        });
    }

    private static Ruling Fail(JobState job, string reason, string? shotId, DateTimeOffset now)
    {
        var failed = job with { Status = JobStatus.Failed, Reason = reason, EndedAt = now };
        return Tell(
            failed, new JobFailed { JobId = job.JobId, Reason = reason, ShotId = shotId });
    }

    private static Ruling Cancel(JobState job, DateTimeOffset now)
    {
        var canceled = job with
        {
            Status = JobStatus.Canceled,
            Reason = "its owner stopped it",
            EndedAt = now,
        };
        return Tell(canceled, new JobCanceled { JobId = job.JobId });
    }

    private static FilmFiles WithoutUrls(FilmFiles files) => new()
    {
        Reel = files.Reel with { Url = null },
        ContactSheet = files.ContactSheet with { Url = null },
        Timeline = files.Timeline with { Url = null },
        Report = files.Report with { Url = null },
    };
}
