using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Intake;

/// <summary>What an owner may ask of a job or of one of its shots: pause, resume, cancel.</summary>
internal sealed class JobControl(
    JobLedger ledger,
    JobProgression progression,
    JobSnapshots snapshots,
    IObjectStore objects,
    ILogger<JobControl> log)
{
    private static readonly JobAnswer Unknown = new(null, null);

    /// <summary>Pauses a job or a shot; one that is paused already stays so.</summary>
    public Task<JobAnswer> PauseAsync(PauseJob pause, CancellationToken cancellationToken) =>
        pause.ShotId is { } shotId
            ? AskShotAsync(
                pause.JobId, shotId, new ShotEvent.HoldAsked(), "paused", cancellationToken)
            : AskJobAsync(pause.JobId, new JobEvent.PauseAsked(), "paused", cancellationToken);

    /// <summary>Lets a job or a shot go on; one that is not paused goes on anyway.</summary>
    public Task<JobAnswer> ResumeAsync(ResumeJob resume, CancellationToken cancellationToken) =>
        resume.ShotId is { } shotId
            ? AskShotAsync(
                resume.JobId, shotId, new ShotEvent.ReleaseAsked(), "resumed", cancellationToken)
            : AskJobAsync(resume.JobId, new JobEvent.ResumeAsked(), "resumed", cancellationToken);

    /// <summary>Stops a job, or a shot of one that goes on without it.</summary>
    public async Task<JobAnswer> CancelAsync(CancelJob cancel, CancellationToken cancellationToken)
    {
        if (cancel.ShotId is { } shotId)
        {
            return await AskShotAsync(
                cancel.JobId, shotId, new ShotEvent.CancelAsked(), "canceled", cancellationToken);
        }

        var job = await ledger.FindJobAsync(cancel.JobId, cancellationToken);
        if (job is { HasEnded: false })
        {
            await objects.PutIfAbsentAsync(
                ObjectKeys.JobCancel(job.TenantId, job.JobId),
                "{}"u8.ToArray(),
                "application/json",
                cancellationToken);
            var ruling = await ledger.ApplyAsync(
                job.JobId, new JobEvent.CancelAsked(), cancellationToken);
            if (ruling is not null)
            {
                await progression.CarryOnAsync(ruling.Job, cancellationToken);
            }

            log.JobStopped(job.JobId);
        }

        return await AnswerAsync(cancel.JobId, cancellationToken);
    }

    private async Task<JobAnswer> AskJobAsync(
        string jobId, JobEvent what, string done, CancellationToken cancellationToken)
    {
        var ruling = await ledger.ApplyAsync(jobId, what, cancellationToken);
        if (ruling is null)
        {
            return await AnswerForgottenAsync(jobId, done, cancellationToken);
        }

        if (ruling.Verdict == Verdict.Refused)
        {
            return Reject(jobId, ruling.Job.Status, done);
        }

        log.JobAsked(jobId, done);
        await progression.CarryOnAsync(ruling.Job, cancellationToken);
        return await AnswerAsync(jobId, cancellationToken);
    }

    private async Task<JobAnswer> AskShotAsync(
        string jobId,
        string shotId,
        ShotEvent what,
        string done,
        CancellationToken cancellationToken)
    {
        var job = await ledger.FindJobAsync(jobId, cancellationToken);
        if (job is null)
        {
            return await AnswerForgottenAsync(jobId, done, cancellationToken);
        }

        var shot = (await ledger.FindShotsAsync(job, cancellationToken))
            .FirstOrDefault(shot => shot.ShotId == shotId);
        if (shot is null)
        {
            return Reject(jobId, "shot-unknown", "$.shotId", "the film has no shot of that name");
        }

        if (what is ShotEvent.CancelAsked && !job.HasEnded && !job.GoesOnWithoutShots)
        {
            return Reject(
                jobId,
                "shot-needed",
                "$.shotId",
                "the film cannot do without this shot (onFailedShot is fail); cancel the job, or "
                    + "submit it with onFailedShot card");
        }

        var ruling = await ledger.ApplyAsync(
            jobId, shot.ShotIndex, what, cancellationToken);
        if (ruling is null or { Verdict: Verdict.Refused })
        {
            return Reject(
                jobId,
                "shot-status",
                "$.shotId",
                $"the shot is {ShotRules.Word(ruling?.Shots[0].Status ?? shot.Status)} in a job "
                    + $"that is {JobRules.Word(ruling?.Job.Status ?? job.Status)}, and cannot be "
                    + done);
        }

        log.ShotAsked(jobId, shotId, done);
        await progression.CarryOnAsync(ruling.Job, cancellationToken);
        return await AnswerAsync(jobId, cancellationToken);
    }

    private async Task<JobAnswer> AnswerAsync(
        string jobId, CancellationToken cancellationToken) =>
        new(await snapshots.TakeAsync(jobId, cancellationToken), null);

    /// <summary>A job without a state has ended long ago, or there never was one.</summary>
    private async Task<JobAnswer> AnswerForgottenAsync(
        string jobId, string done, CancellationToken cancellationToken)
    {
        var (snapshot, _) = await AnswerAsync(jobId, cancellationToken);
        return snapshot is null ? Unknown : Reject(jobId, snapshot.Status, done);
    }

    private static JobAnswer Reject(string jobId, JobStatus status, string done) => Reject(
        jobId,
        "job-status",
        "$.jobId",
        $"the job is {JobRules.Word(status)} and cannot be {done}");

    private static JobAnswer Reject(string jobId, string code, string place, string message) =>
        new(null, new JobRejected
        {
            JobId = jobId,
            Faults = [CommandReader.Fault(code, place, message)],
        });
}
