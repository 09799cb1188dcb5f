using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.State;

/// <summary>
/// What may happen to a job, and what follows. Pure: no clock, no bus, no store. A transition that
/// is not listed here is refused.
/// </summary>
internal static class JobRules
{
    /// <summary>Applies one event to one job.</summary>
    public static Ruling Apply(
        JobState job, JobEvent what, RuleLimits limits, DateTimeOffset now) =>
        (job.Status, what) switch
        {
            (JobStatus.Rendering, JobEvent.ShotDone e) when job.LeftCount > 0 => Applied(job with
            {
                LeftCount = job.LeftCount - 1,
                CachedCount = job.CachedCount + (e.Cached ? 1 : 0),
            }),
            (JobStatus.Rendering, JobEvent.ShotLost e) => Fail(job, e.Reason, e.ShotId, now),
            (JobStatus.Rendering, JobEvent.CutWritten e) when job.LeftCount == 0 => Ask(
                job with { Status = JobStatus.Stitching }, e.CutListKey, now),
            (JobStatus.Stitching, JobEvent.CutWritten) => Ruling.Repeated(job),
            (JobStatus.Stitching, JobEvent.ReelOverdue e) => Ask(job, e.CutListKey, now),
            (JobStatus.Stitching, JobEvent.ReelDone e) when e.Revision == job.Revision =>
                Complete(job, e.Files, now),
            (JobStatus.Completed, JobEvent.ReelDone e) when e.Revision == job.Revision =>
                Ruling.Repeated(job),
            (JobStatus.Stitching, JobEvent.ReelLost e) when e.Revision == job.Revision =>
                LoseReel(job, e, limits, now),
            (JobStatus.Rendering or JobStatus.Stitching, JobEvent.CancelAsked) => Cancel(job, now),
            (JobStatus.Rendering or JobStatus.Stitching, JobEvent.EndedBefore e) =>
                e.Status == JobStatus.Canceled
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

    private static Ruling Ask(JobState job, string cutListKey, DateTimeOffset now)
    {
        var asked = job with { StitchAskedAt = now };
        return Applied(asked, Outgoing.Stitch(asked, cutListKey));
    }

    private static Ruling LoseReel(
        JobState job, JobEvent.ReelLost what, RuleLimits limits, DateTimeOffset now)
    {
        var lost = job with { ReelFailureCount = job.ReelFailureCount + 1 };
        return what.Permanent || lost.ReelFailureCount >= limits.ReelLimit
            ? Fail(lost, $"the reel could not be joined: {what.Message}", shotId: null, now)
            : Ask(lost, what.CutListKey, now);
    }

    private static Ruling Complete(JobState job, FilmFiles files, DateTimeOffset now)
    {
        var completed = job with
        {
            Status = JobStatus.Completed,
            EndedAt = now,
            Files = WithoutUrls(files),
            Closed = true,
        };
        var (numbered, message) = Outgoing.Event(completed, new JobCompleted
        {
            JobId = job.JobId,
            FrameCount = job.FrameCount,
            RenderedShotCount = job.ShotCount - job.CachedCount,
            CachedShotCount = job.CachedCount,
            Files = files,
        });
        return Applied(numbered, message);
    }

    private static Ruling Fail(JobState job, string reason, string? shotId, DateTimeOffset now)
    {
        var failed = job with { Status = JobStatus.Failed, Reason = reason, EndedAt = now };
        var (numbered, message) = Outgoing.Event(failed, new JobFailed
        {
            JobId = job.JobId,
            Reason = reason,
            ShotId = shotId,
        });
        return Applied(numbered, message);
    }

    private static Ruling Cancel(JobState job, DateTimeOffset now)
    {
        var canceled = job with
        {
            Status = JobStatus.Canceled,
            Reason = "its owner stopped it",
            EndedAt = now,
        };
        var (numbered, message) = Outgoing.Event(canceled, new JobCanceled { JobId = job.JobId });
        return Applied(numbered, message);
    }

    private static FilmFiles WithoutUrls(FilmFiles files) => new()
    {
        Reel = files.Reel with { Url = null },
        ContactSheet = files.ContactSheet with { Url = null },
        Timeline = files.Timeline with { Url = null },
        Report = files.Report with { Url = null },
    };
}
