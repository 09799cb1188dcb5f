using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Planning;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.ServiceDefaults.Telemetry;

namespace RenderFarm.Broker.Intake;

/// <summary>Begins a job whose spec is written. Doing it twice begins it once.</summary>
internal sealed class JobOpener(
    JobLedger ledger,
    AcceptedClips clips,
    JobProgression progression,
    FilmFinisher finisher,
    JobRecords records,
    RebuildGate gate,
    FarmHistory history,
    TimeProvider time,
    ILogger<JobOpener> log)
{
    private const int FirstRevision = 1;

    /// <summary>
    /// Finds the clips that exist already and keeps the job's state, or finds it kept.
    /// </summary>
    public async Task<JobState> OpenAsync(
        JobSpec spec, IReadOnlyList<Fault> faults, CancellationToken cancellationToken)
    {
        if (await ledger.FindJobAsync(spec.JobId, cancellationToken) is { } known)
        {
            return known;
        }

        // What is begun anew after a loss has no submission to go on from.
        using var span = FarmTrace.Context is null ? FarmTrace.StartJob() : null;
        var cut = await records.FindCutAsync(
            spec.TenantId, spec.JobId, FirstRevision, cancellationToken);
        var queue = FarmQueues.Render(spec.Model, spec.ModelDigest, spec.NumericsProfile);
        var taken = await history.FindAsync(queue, cancellationToken);
        var opening = JobOpening.Open(
            spec,
            await FindClipsAsync(spec, cut, cancellationToken),
            faults,
            time.GetUtcNow(),
            gate.LastSequence,
            isCut: cut is not null,
            TimeSpan.FromSeconds(taken.All.Quantile(0.5) ?? 0));
        if (await ledger.OpenAsync(spec, opening, cancellationToken))
        {
            log.JobOpened(spec.JobId, opening.Job.ShotCount, opening.Job.CachedCount);
        }

        await SettleAsync(spec.TenantId, spec.JobId, cancellationToken);
        return await KeptAsync(spec.JobId, cancellationToken);
    }

    /// <summary>
    /// Has a job that goes on end as its records in the object store say; they are right, also
    /// where a state came back that is older. Then does what its state calls for.
    /// </summary>
    /// <returns>True when a record ended it.</returns>
    public async Task<bool> SettleAsync(
        string tenantId, string jobId, CancellationToken cancellationToken)
    {
        var before = await KeptAsync(jobId, cancellationToken);
        var (revision, stopped) = (before.Revision, false);
        if (before.HasEnded)
        {
            await progression.CarryOnAsync(before, cancellationToken);
            return false;
        }

        var ended = await records.FindEndedAsync(tenantId, jobId, revision, cancellationToken);
        var report = ended is null
            ? await records.FindReportAsync(tenantId, jobId, revision, cancellationToken)
            : null;
        if (ended is not null)
        {
            await ledger.ApplyAsync(
                jobId,
                new JobEvent.EndedBefore(ended.Status, ended.Reason, ended.EndedAt),
                cancellationToken);
        }
        else if (report is null
            && await records.WasStoppedAsync(tenantId, jobId, cancellationToken))
        {
            stopped = true;
            await ledger.ApplyAsync(jobId, new JobEvent.CancelAsked(), cancellationToken);
        }

        await progression.CarryOnAsync(
            await KeptAsync(jobId, cancellationToken), cancellationToken);
        var job = await KeptAsync(jobId, cancellationToken);
        return (job.Status == JobStatus.Stitching
            && await finisher.TryFindReelAsync(job, cancellationToken)) || stopped
            || ended is not null;
    }

    /// <summary>
    /// The clips of the cut where there is one: the stitcher joins these, and they need no records
    /// of their own any more. Else the accepted ones.
    /// </summary>
    private async Task<IReadOnlyDictionary<string, Clip>> FindClipsAsync(
        JobSpec spec, CutList? cut, CancellationToken cancellationToken) =>
        cut is null
            ? await clips.FindAsync(
                spec.TenantId, spec.Shots.Select(s => s.Task.RenderKey), cancellationToken)
            : cut.Entries.Select(entry => entry.Clip).OfType<Clip>()
                .DistinctBy(clip => clip.RenderKey).ToDictionary(clip => clip.RenderKey);

    private async Task<JobState> KeptAsync(string jobId, CancellationToken cancellationToken) =>
        await ledger.FindJobAsync(jobId, cancellationToken)
            ?? throw new InvalidOperationException($"job {jobId} must be kept, and is not");
}
