using Microsoft.Extensions.Options;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Dispatch;

/// <summary>Where workers come with what they ask for and what they have to say.</summary>
internal sealed class ShotDesk(
    JobLedger ledger,
    AcceptedClips clips,
    WorkerRoster roster,
    WorkerStandings standings,
    AttemptAdoption adoption,
    ProgressFeed progress,
    JobProgression progression,
    FarmHistory history,
    ShotPlacement placement,
    IOptions<BrokerOptions> options,
    BrokerMetrics metrics,
    ILogger<ShotDesk> log)
{
    /// <summary>
    /// Grants a shot to a worker, or says why not. The same claim twice is granted once.
    /// </summary>
    public async Task<ClaimReply> ClaimAsync(ClaimShot claim, CancellationToken cancellationToken)
    {
        var found = await ledger.FindPlannedAsync(
            claim.JobId, claim.ShotIndex, claim.DispatchId, cancellationToken);
        if (found is not var (seen, plan))
        {
            return Refuse("there is no such shot");
        }

        // A ticket that is stale is refused below, and is nothing to try a worker with.
        var refusal = seen.DispatchId == claim.DispatchId
            ? await standings.TryRefuseAsync(claim, seen.Queue, cancellationToken)
            : null;
        var claimed = await ReadAsync(claim, seen, refusal, cancellationToken);
        var ruling = await ledger.ApplyAsync(
            claim.JobId,
            claim.ShotIndex,
            claimed,
            cancellationToken);
        if (ruling is null || ruling.Verdict == Verdict.Refused)
        {
            return Refuse(ruling?.Reason ?? "there is no such shot");
        }

        var shot = ruling.Shots[0];
        if (shot.Attempt is null)
        {
            return ruling.Job.Status == JobStatus.Paused
                ? Refuse("the job is paused")
                : ruling.Job.IsOverBudget
                ? Refuse("the job's budget is used")
                : new ClaimReply(null, refusal ?? new ClaimRefused
                {
                    Reason = claimed.Fit switch
                    {
                        WorkerFit.Small => "the shot does not fit the worker's memory",
                        WorkerFit.Slow => "a faster worker will be done sooner",
                        _ => "the worker failed this shot, and another one is to try",
                    },
                });
        }

        log.ShotClaimed(claim.JobId, shot.ShotId, claim.AttemptId, claim.WorkerId);
        return new ClaimReply(
            new ShotClaimed
            {
                AttemptId = shot.Attempt.AttemptId,
                AttemptNumber = shot.Attempt.AttemptNumber,
                ShotId = shot.ShotId,
                TenantId = ruling.Job.TenantId,
                Task = plan.Task,
                LeaseDuration = options.Value.LeaseDuration,
            },
            Refused: null);
    }

    /// <summary>Renews a lease, or tells the worker to stop.</summary>
    public async Task<LeaseRenewed> RenewAsync(
        RenewLease renewal, CancellationToken cancellationToken)
    {
        var ruling = await ledger.ApplyAsync(
            renewal.JobId,
            renewal.ShotIndex,
            new ShotEvent.Renewed(
                renewal.AttemptId, renewal.Stage, renewal.StepNumber, renewal.StepCount),
            cancellationToken);
        if (ruling is { Verdict: Verdict.Applied })
        {
            progress.Tell(ruling.Job, ruling.Shots[0]);
            return new LeaseRenewed
            {
                Directive = IsToLetGo(ruling.Job, ruling.Shots[0])
                    ? LeaseDirective.HandBack
                    : LeaseDirective.Continue,
            };
        }

        if (await adoption.TryAsync(renewal, cancellationToken))
        {
            return new LeaseRenewed { Directive = LeaseDirective.Continue };
        }

        var wasStopped = ruling?.Job.Status is JobStatus.Canceled or JobStatus.Failed
            || ruling?.Shots is [{ Status: ShotStatus.Canceled }, ..];
        return new LeaseRenewed
        {
            Directive = wasStopped ? LeaseDirective.Cancel : LeaseDirective.Lost,
        };
    }

    /// <summary>
    /// A worker says that its shot's clip is accepted. What counts is the record in the store,
    /// which is read again: then no late or mistaken word can put another clip into a reel.
    /// </summary>
    public async Task CommittedAsync(
        AttemptCommitted committed, CancellationToken cancellationToken)
    {
        var ruling = await TryAcceptAsync(
            committed.JobId, committed.ShotIndex, cancellationToken);
        if (ruling is null)
        {
            log.CommitUnfounded(committed.JobId, committed.ShotIndex, committed.AttemptId);
        }
        else if (ruling.Verdict == Verdict.Applied
            && ruling.Shots[0] is { Clip: { } clip } shot
            && clip.AttemptId == committed.AttemptId)
        {
            await standings.CommittedAsync(
                clip.WorkerId, shot.Queue, clip.AttemptId, cancellationToken);
        }
    }

    /// <summary>
    /// Looks for the shot's accepted clip and, if there is one, has the shot rendered by it.
    /// </summary>
    /// <returns>What came of it; null when there is no clip.</returns>
    private async Task<Ruling?> TryAcceptAsync(
        string jobId, int shotIndex, CancellationToken cancellationToken)
    {
        var found = await ledger.FindLastKnownAsync([(jobId, shotIndex)], cancellationToken);
        if (found[0] is not var (tenantId, shot))
        {
            return null;
        }

        var clip = await clips.FindAsync(tenantId, shot.RenderKey, cancellationToken);
        return clip is null
            ? null
            : await AcceptAsync(jobId, shotIndex, clip, cancellationToken);
    }

    /// <summary>Has a shot rendered by its accepted clip.</summary>
    public async Task<Ruling?> AcceptAsync(
        string jobId, int shotIndex, Clip clip, CancellationToken cancellationToken)
    {
        var ruling = await ApplyAsync(
            jobId, shotIndex, new ShotEvent.ClipAccepted(clip), cancellationToken);
        if (ruling is { Verdict: Verdict.Applied })
        {
            if (!ruling.Shots[0].Cached)
            {
                history.Learn(
                    ruling.Shots[0], clip, placement.KindOf(ruling.Shots[0].Queue, clip.WorkerId));
            }

            log.ShotRendered(jobId, ruling.Shots[0].ShotId, clip.AttemptId, ruling.Job.LeftCount);
        }

        return ruling;
    }

    /// <summary>An attempt failed; the shot is tried again, or the job fails.</summary>
    public async Task FailedAsync(AttemptFailed failed, CancellationToken cancellationToken)
    {
        var ruling = await ApplyAsync(
            failed.JobId,
            failed.ShotIndex,
            new ShotEvent.AttemptFailed(failed.AttemptId, failed.Error, failed.Message),
            cancellationToken);
        if (ruling is { Verdict: Verdict.Applied })
        {
            metrics.AttemptFailed(failed.Error);
            log.AttemptFailed(
                failed.JobId, failed.ShotIndex, failed.AttemptId, failed.WorkerId, failed.Error);
            if (failed.Error == RenderError.OutOfMemory)
            {
                var shot = ruling.Shots[0];
                history.LearnTooLarge(
                    shot, placement.KindOf(shot.Queue, failed.WorkerId).MemoryGib);
            }

            if (FailurePolicy.Of(failed.Error).BlamesWorker)
            {
                await standings.FailedAsync(
                    failed.WorkerId,
                    ruling.Shots[0].Queue,
                    failed.AttemptId,
                    cancellationToken);
            }
        }
    }

    /// <summary>
    /// A worker that stops gave a shot back; it is ready at once and nobody is charged.
    /// </summary>
    public async Task HandedBackAsync(
        AttemptHandedBack back, CancellationToken cancellationToken)
    {
        var ruling = await ApplyAsync(
            back.JobId,
            back.ShotIndex,
            new ShotEvent.HandedBack(back.AttemptId),
            cancellationToken);
        if (ruling is { Verdict: Verdict.Applied })
        {
            log.AttemptHandedBack(back.JobId, back.ShotIndex, back.AttemptId, back.WorkerId);
        }
    }

    /// <summary>A lease was not renewed in time.</summary>
    public async Task ExpiredAsync(
        string jobId, int shotIndex, AttemptState attempt, CancellationToken cancellationToken)
    {
        // The worker may have died between its commit and its word of it.
        if (await TryAcceptAsync(jobId, shotIndex, cancellationToken) is not null)
        {
            return;
        }

        var ruling = await ApplyAsync(
            jobId,
            shotIndex,
            new ShotEvent.LeaseExpired(attempt.AttemptId, attempt.RenewalCount),
            cancellationToken);
        if (ruling is { Verdict: Verdict.Applied })
        {
            metrics.AttemptFailed(RenderError.LeaseExpired);
            log.LeaseExpired(jobId, shotIndex, attempt.AttemptId, attempt.WorkerId);
        }
    }

    private async Task<ShotEvent.Claimed> ReadAsync(
        ClaimShot claim,
        ShotState seen,
        ClaimRefused? refusal,
        CancellationToken cancellationToken)
    {
        var others = (refusal is not null || seen.Avoids(claim.WorkerId))
            && (await roster.FindWellAsync(seen.Queue, cancellationToken))
                .Any(id => id != claim.WorkerId && !seen.Avoids(id));
        DateTimeOffset? restUntil = refusal is null
            ? null
            : await standings.FirstRestedAsync(
                seen.Queue,
                await roster.FindAsync(seen.Queue, cancellationToken),
                cancellationToken);
        return new ShotEvent.Claimed(
            claim.DispatchId,
            claim.AttemptId,
            claim.WorkerId,
            others,
            restUntil,
            await placement.JudgeAsync(claim.WorkerId, seen, cancellationToken));
    }

    private async Task<Ruling?> ApplyAsync(
        string jobId, int shotIndex, ShotEvent what, CancellationToken cancellationToken)
    {
        var ruling = await ledger.ApplyAsync(
            jobId, shotIndex, what, cancellationToken);
        if (ruling is not null)
        {
            // Also after a repeated event: the one before may have died between the two.
            await progression.CarryOnAsync(ruling.Job, cancellationToken);
        }

        return ruling;
    }

    /// <summary>A clip that is as good as done is not given up for a pause.</summary>
    private static bool IsToLetGo(JobState job, ShotState shot) =>
        (job.Status == JobStatus.Paused || shot.HoldAsked)
        && shot.Attempt?.Stage is AttemptStage.Loading or AttemptStage.Rendering;

    private static ClaimReply Refuse(string reason) =>
        new(Claimed: null, new ClaimRefused { Reason = reason });
}
