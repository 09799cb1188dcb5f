using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>What must hold of a job after every commit, and what a commit must never do.</summary>
internal static class Invariants
{
    private static readonly BrokerOptions Limits = FakeWorld.Options.Value;

    /// <summary>One job's state takes the place of another.</summary>
    public static void Changed(JobState? old, JobState job, int stitchRows)
    {
        Hold(
            old is not { HasEnded: true } || old.Status == job.Status,
            job.JobId,
            $"was {old?.Status} for good and is {job.Status}");
        Hold(
            old is null || job.Sequence >= old.Sequence,
            job.JobId,
            "numbers an event as it numbered one before");
        var isDue = old is null
            || old.Status != JobStatus.Stitching
            || job.ReelFailureCount > old.ReelFailureCount
            || job.StitchAskedAt - old.StitchAskedAt >= Limits.StitchTime;
        Hold(
            stitchRows == 0 || (stitchRows == 1 && isDue),
            job.JobId,
            "asks for its reel although an order is out that is not overdue");
    }

    /// <summary>One shot's state takes the place of another.</summary>
    public static void Changed(JobState job, ShotState? old, ShotState shot)
    {
        var name = $"{job.JobId}/{shot.ShotIndex}";
        Hold(
            old is not { HasEnded: true } || old.Status == shot.Status,
            name,
            $"was {old?.Status} for good and is {shot.Status}");
        Hold(
            old?.Clip is null || old.Clip.AttemptId == shot.Clip?.AttemptId,
            name,
            "had an accepted clip, and has another one");
        var isGranted = shot.Status == ShotStatus.Leased
            && old?.Attempt?.AttemptId != shot.Attempt?.AttemptId;
        var isDispatched = shot.DispatchId is not null && old?.DispatchId != shot.DispatchId;
        Hold(
            job.Status == JobStatus.Rendering || !(isGranted || isDispatched),
            name,
            $"is {(isGranted ? "granted" : "dispatched")} in a job that is {job.Status}");
    }

    /// <summary>A job and its shots as they are now.</summary>
    public static void Holds(JobView view, FakeWorld world)
    {
        var job = view.Job!;
        var left = -job.MissingCount;
        foreach (var shot in view.Shots.Values)
        {
            Holds(view, shot, world);
            left += shot.Status == ShotStatus.Rendered ? 0 : 1;
        }

        var isWhole = job.Status is not (JobStatus.Failed or JobStatus.Canceled);
        Hold(
            !isWhole || job.MissingCount == view.Shots.Values.Count(
                s => s.HasEnded && s.Status != ShotStatus.Rendered),
            job.JobId,
            $"counts {job.MissingCount} missing shots, and others ended without a clip");
        Hold(
            job.MissingCount == 0 || job.GoesOnWithoutShots,
            job.JobId,
            "goes on without a shot, and must not");

        Hold(
            view.Shots.Count == job.ShotCount && job.LeftCount == left,
            job.JobId,
            $"counts {job.LeftCount} left, and it is {left}");
        Hold(
            left == 0 || job.Status is not (JobStatus.Stitching or JobStatus.Completed),
            job.JobId,
            $"is {job.Status} with a hole");
        Hold(
            !job.Closed || view.Shots.Values.All(s => s.HasEnded),
            job.JobId,
            "is closed, and a shot is not ended");
        Hold(
            job.ReelFailureCount <= world.Film(job.JobId).ReelFailureCount,
            job.JobId,
            "counts more failed reels than there were");
        if (job.Status == JobStatus.Completed)
        {
            HoldsFilm(view, world);
        }
    }

    private static void Holds(JobView view, ShotState shot, FakeWorld world)
    {
        var name = $"{shot.JobId}/{shot.ShotIndex}";
        Hold(
            (shot.Attempt is not null) == (shot.Status == ShotStatus.Leased)
                && (shot.NotBefore is not null) == (shot.Status == ShotStatus.Delayed)
                && (shot.DispatchId is null || shot.Status == ShotStatus.Ready)
                && (shot.Clip is not null) == (shot.Status == ShotStatus.Rendered),
            name,
            $"is {shot.Status} and has what does not belong to that");
        Hold(
            shot.FailureCount <= Math.Min(shot.AttemptCount, Limits.AttemptLimit)
                && shot.FailedWorkerIds.Count <= Limits.WorkerLimit,
            name,
            $"failed {shot.FailureCount} times in {shot.AttemptCount} attempts");
        switch (shot.Status)
        {
            case ShotStatus.Rendered:
                var accepted = world.Objects.AcceptedIn(
                    ObjectKeys.AcceptedClip(view.Job!.TenantId, shot.RenderKey));
                Hold(
                    accepted == shot.Clip!.AttemptId,
                    name,
                    $"holds {shot.Clip.AttemptId}, and {accepted} is accepted");
                break;
            case ShotStatus.Ready or ShotStatus.Leased or ShotStatus.Delayed:
                Hold(
                    view.Shots.Values.All(s => s.Status == ShotStatus.Rendered
                        || !s.Dependents.Contains(shot.ShotIndex)),
                    name,
                    $"is {shot.Status} before what it continues is rendered");
                break;
        }
    }

    private static void HoldsFilm(JobView view, FakeWorld world)
    {
        var job = view.Job!;
        var reel = world.Objects.TryGet<Reel>(
            ObjectKeys.FinalReel(job.TenantId, job.JobId, job.Revision));
        Hold(
            reel is not null && reel.AttemptIds.SequenceEqual(
                    view.Shots.Values.Select(s => s.Clip?.AttemptId).OfType<string>())
                && reel.MissingShotIds.SequenceEqual(
                    view.Shots.Values.Where(s => s.Clip is null).Select(s => s.ShotId)),
            job.JobId,
            "is completed, and its reel does not hold the accepted clip of every shot");
        Hold(
            world.Objects.TryHead(
                ObjectKeys.Report(job.TenantId, job.JobId, job.Revision)) is not null,
            job.JobId,
            "is completed without a report");
    }

    private static void Hold(bool holds, string who, string what)
    {
        if (!holds)
        {
            throw new BrokenInvariantException($"{who} {what}");
        }
    }
}
