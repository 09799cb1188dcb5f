using System.Globalization;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.State;

/// <summary>
/// Which indexes hold a job or a shot follows from its state alone: what a step changes in them is
/// the difference between two states. Pure.
/// </summary>
internal static class IndexRules
{
    /// <summary>Every index that a job can be in.</summary>
    public static IEnumerable<IndexChange> Of(JobState job)
    {
        yield return new(
            IndexKeys.Active, job.JobId, job.HasEnded ? null : Moment(job.AcceptedAt));
        var mayRender = job.Status == JobStatus.Rendering;
        yield return new(
            IndexKeys.Jobs(job.Queue, DispatchLine.Of(job)),
            job.JobId,
            mayRender && !job.IsOverBudget ? DispatchOrder.OfJob(job) : null);
        yield return new(
            IndexKeys.OverBudget,
            job.JobId,
            job.IsOverBudget && (mayRender || job.Status == JobStatus.Paused) ? 0 : null);
        yield return new(IndexKeys.Finishing, job.JobId, job.CanBeStitched ? 0 : null);
        yield return new(
            IndexKeys.Stitching,
            job.JobId,
            job.Status == JobStatus.Stitching ? Moment(job.StitchAskedAt!.Value) : null);
        yield return new(IndexKeys.Closing, job.JobId, job.HasEnded && !job.Closed ? 0 : null);
        yield return new(
            IndexKeys.Ended,
            job.JobId,
            job.HasEnded && job.Closed ? Moment(job.EndedAt ?? job.AcceptedAt) : null);
    }

    /// <summary>Every index that a shot can be in.</summary>
    public static IEnumerable<IndexChange> Of(ShotState shot)
    {
        var name = IndexKeys.Shot(shot.JobId, shot.ShotIndex);
        var isReady = shot.Status == ShotStatus.Ready;
        yield return new(
            IndexKeys.Ready(shot.JobId),
            shot.ShotIndex.ToString(CultureInfo.InvariantCulture),
            isReady && shot.DispatchId is null ? DispatchOrder.OfShot(shot) : null);
        yield return new(
            IndexKeys.Tickets(shot.Queue),
            name,
            isReady && shot.DispatchId is not null ? Moment(shot.DispatchedAt!.Value) : null);
        yield return new(IndexKeys.Leased, name, shot.Status == ShotStatus.Leased ? 0 : null);
        if (shot.PayingTenant is { } tenantId)
        {
            yield return new(IndexKeys.Out(tenantId), name, IsOut(shot) ? 0 : null);
        }

        yield return new(
            IndexKeys.Delayed,
            name,
            shot.Status == ShotStatus.Delayed ? Moment(shot.NotBefore!.Value) : null);
    }

    /// <summary>Whether a worker has a shot, or could claim it by a ticket.</summary>
    public static bool IsOut(ShotState shot) => shot.Status == ShotStatus.Leased
        || (shot.Status == ShotStatus.Ready && shot.DispatchId is not null);

    /// <summary>A moment as a score: milliseconds since 1970.</summary>
    public static double Moment(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds();
}
