using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.Planning;
using RenderFarm.Broker.Reporting;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Intake;

/// <summary>
/// Where jobs come in, are paused and stopped, and are asked after: the one door behind messages,
/// HTTP and the command line.
/// </summary>
public sealed class JobIntake
{
    private readonly JobReader reader;
    private readonly SpecFiles specs;
    private readonly JobOpener opener;
    private readonly JobControl control;
    private readonly JobSnapshots snapshots;
    private readonly ILogger<JobIntake> log;

    internal JobIntake(
        JobReader reader,
        SpecFiles specs,
        JobOpener opener,
        JobControl control,
        JobSnapshots snapshots,
        ILogger<JobIntake> log)
    {
        this.reader = reader;
        this.specs = specs;
        this.opener = opener;
        this.control = control;
        this.snapshots = snapshots;
        this.log = log;
    }

    /// <summary>
    /// Takes a job in. Once this answers that it is accepted, the job survives any crash. Sending
    /// the same job twice under one name is harmless; another job under that name is rejected.
    /// </summary>
    public async Task<SubmitAnswer> SubmitAsync(
        SubmitJob submit, CancellationToken cancellationToken) =>
        await SubmitAsync(
            submit, await reader.ReadAsync(submit, cancellationToken), cancellationToken);

    /// <summary>
    /// The same for a caller that has read the storyboard already, so that faults name the source's
    /// lines.
    /// </summary>
    public async Task<SubmitAnswer> SubmitAsync(
        SubmitJob submit, StoryboardReading storyboard, CancellationToken cancellationToken) =>
        await SubmitAsync(
            submit,
            await reader.ReadAsync(submit, storyboard, cancellationToken),
            cancellationToken);

    /// <summary>
    /// Stops a job, which stays as it is when it ended already, or one shot of a job that goes on
    /// without it.
    /// </summary>
    public Task<JobAnswer> CancelAsync(CancelJob cancel, CancellationToken cancellationToken) =>
        control.CancelAsync(cancel, cancellationToken);

    /// <summary>Pauses a job or one of its shots.</summary>
    public Task<JobAnswer> PauseAsync(PauseJob pause, CancellationToken cancellationToken) =>
        control.PauseAsync(pause, cancellationToken);

    /// <summary>Lets a paused job, or one of its paused shots, go on.</summary>
    public Task<JobAnswer> ResumeAsync(ResumeJob resume, CancellationToken cancellationToken) =>
        control.ResumeAsync(resume, cancellationToken);

    /// <summary>How a job stands, or null when there is none of that name.</summary>
    public Task<JobSnapshot?> GetAsync(GetJob get, CancellationToken cancellationToken) =>
        snapshots.TakeAsync(get.JobId, cancellationToken);

    /// <summary>The same for a command that is read and planned already.</summary>
    internal async Task<SubmitAnswer> SubmitAsync(
        SubmitJob submit, JobReading reading, CancellationToken cancellationToken)
    {
        var (spec, faults) = reading;
        if (spec is null)
        {
            log.JobRejected(submit.JobId, faults.Count);
            return new SubmitAnswer(
                null, new JobRejected { JobId = submit.JobId, Faults = faults });
        }

        if (!await specs.TryWriteAsync(spec, cancellationToken))
        {
            var written = await specs.FindAsync(spec.TenantId, spec.JobId, cancellationToken);
            if (written?.RequestSha256 != spec.RequestSha256)
            {
                return new SubmitAnswer(null, NameIsTaken(spec));
            }

            spec = written;
        }

        var job = await opener.OpenAsync(spec, faults, cancellationToken);
        return new SubmitAnswer(
            new JobAccepted
            {
                JobId = job.JobId,
                ShotCount = job.ShotCount,
                CachedShotCount = job.CachedCount,
                FrameCount = job.FrameCount,
                Faults = faults,
            },
            null);
    }

    private static JobRejected NameIsTaken(JobSpec spec) => new()
    {
        JobId = spec.JobId,
        Faults =
        [
            new Fault
            {
                Severity = FaultSeverity.Error,
                Code = "job-id-taken",
                Place = "$.jobId",
                Message = $"'{spec.JobId}' names another job already; "
                    + "choose another name, or none to have one made up",
            },
        ],
    };
}
