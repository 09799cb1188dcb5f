using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Planning;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Film;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Intake;

/// <summary>Begins a job whose spec is written. Doing it twice begins it once.</summary>
internal sealed class JobOpener(
    JobLedger ledger,
    AcceptedClips clips,
    JobProgression progression,
    IObjectStore objects,
    TimeProvider time,
    ILogger<JobOpener> log)
{
    /// <summary>Whether the job has a state.</summary>
    public async Task<bool> IsOpenAsync(string jobId, CancellationToken cancellationToken) =>
        await ledger.FindJobAsync(jobId, cancellationToken) is not null;

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

        var found = await clips.FindAsync(
            spec.TenantId, spec.Shots.Select(s => s.Task.RenderKey), cancellationToken);
        var opening = JobOpening.Open(spec, found, faults, time.GetUtcNow());
        if (await ledger.OpenAsync(spec, opening, cancellationToken))
        {
            log.JobOpened(spec.JobId, opening.Job.ShotCount, opening.Job.CachedCount);
        }

        // A job that was stopped before its state was lost stays stopped.
        var stop = ObjectKeys.JobCancel(spec.TenantId, spec.JobId);
        if (await objects.TryHeadAsync(stop, cancellationToken) is not null)
        {
            await ledger.ApplyAsync(spec.JobId, new JobEvent.CancelAsked(), cancellationToken);
        }

        var job = await ledger.FindJobAsync(spec.JobId, cancellationToken)
            ?? throw new InvalidOperationException($"job {spec.JobId} must be kept, and is not");
        await progression.CarryOnAsync(job, cancellationToken);
        return job;
    }
}
