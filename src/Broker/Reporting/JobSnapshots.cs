using RenderFarm.Broker.Planning;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Reporting;

/// <summary>How jobs stand, for whoever asks.</summary>
internal sealed class JobSnapshots(
    JobLedger ledger, FilmFinisher finisher, StoredSnapshots stored, JobOutlooks outlooks)
{
    /// <summary>How a job stands now; null when there is none of that name.</summary>
    public async Task<JobSnapshot?> TakeAsync(string jobId, CancellationToken cancellationToken)
    {
        var job = await ledger.FindJobAsync(jobId, cancellationToken);
        if (job is null)
        {
            return await stored.TakeAsync(jobId, cancellationToken);
        }

        var shots = await ledger.FindShotsAsync(job, cancellationToken);
        var plans = await ledger.FindPlansAsync(
            jobId, Enumerable.Range(0, job.ShotCount), cancellationToken);
        return new JobSnapshot
        {
            JobId = job.JobId,
            Title = job.Title,
            Status = job.Status,
            Reason = job.Reason,
            AcceptedAt = job.AcceptedAt,
            LeftCount = job.LeftCount,
            Shots = [.. shots.Zip(plans).Select(pair => Take(job, pair.First, pair.Second))],
            Outlook = await outlooks.TakeAsync(job, cancellationToken),
            GpuTime = job.GpuTime,
            Budget = job.Budget,
            Files = job.Files is null ? null : finisher.Sign(job.Files),
        };
    }

    private static ShotSnapshot Take(JobState job, ShotState shot, PlannedShot plan) => new()
    {
        ShotId = shot.ShotId,
        Prompt = plan.Task.Prompt,

        // The shots of an ended job end one after another; to the outside they are ended with it.
        Status = job.HasEnded && !shot.HasEnded ? ShotStatus.Canceled : shot.Status,
        Reason = shot.Reason,
        RenderKey = shot.RenderKey,
        FrameCount = plan.Task.FrameCount,
        AttemptCount = shot.AttemptCount,
        Cached = shot.Cached,
        TakeCount = plan.Task.TakeCount,
        TakeIndex = shot.Clip?.TakeIndex,
        Score = shot.Clip?.Score,
        EstimatedGpuTime = EstimateOf(job, shot),
        Stage = shot.Attempt?.Stage,
        StepNumber = shot.Attempt?.StepNumber,
        StepCount = shot.Attempt?.StepCount,
        WorkerId = shot.WorkerId,
    };

    /// <summary>Its part of what the film was to take; null where there was no history.</summary>
    private static TimeSpan? EstimateOf(JobState job, ShotState shot) =>
        job.EstimatedGpuTime > TimeSpan.Zero && job.Work > 0
            ? TimeSpan.FromSeconds(Math.Round(
                job.EstimatedGpuTime.TotalSeconds * shot.Work / job.Work, 3))
            : null;
}
