using RenderFarm.Broker.State;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.ServiceDefaults.Telemetry;

namespace RenderFarm.Broker.Census;

/// <summary>
/// Spans that no process is busy with from start to end, noted once they are over: a shot's wait
/// for a worker, and the whole job.
/// </summary>
internal static class JobTrace
{
    /// <summary>Notes what a ruling ended.</summary>
    /// <param name="ruling">What was kept.</param>
    /// <param name="what">What happened to a shot; null when it happened to the job.</param>
    /// <param name="ends">Whether it ended the job.</param>
    /// <param name="now">When.</param>
    public static void Applied(
        Ruling ruling, ShotEvent? what, bool ends, DateTimeOffset now)
    {
        var job = ruling.Job;
        if (job.TraceParent is null)
        {
            return;
        }

        if (what is ShotEvent.Claimed && ruling.Shots[0] is { Attempt: { } attempt } shot)
        {
            FarmTrace.Note(
                "wait",
                job.TraceParent,
                now - shot.Queued,
                now,
                new(TraceTags.Job, shot.JobId),
                new(TraceTags.Shot, shot.ShotId),
                new(TraceTags.AttemptNumber, attempt.AttemptNumber));
        }

        if (ends)
        {
            FarmTrace.Note(
                "job",
                job.TraceParent,
                job.AcceptedAt,
                now,
                new(TraceTags.Job, job.JobId),
                new(TraceTags.Model, FarmQueues.ModelOf(job.Queue)),
                new(TraceTags.Outcome, JobRules.Word(job.Status)));
        }
    }
}
