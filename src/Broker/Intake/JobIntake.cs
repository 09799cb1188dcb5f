using Microsoft.Extensions.Options;
using RenderFarm.Broker.Garbage;
using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.Planning;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.Reporting;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Telemetry;

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
    private readonly JobOutlooks outlooks;
    private readonly JobRecords records;
    private readonly InputGarbage inputs;
    private readonly bool collectsInputs;
    private readonly RebuildGate gate;
    private readonly ILogger<JobIntake> log;

    internal JobIntake(
        JobReader reader,
        SpecFiles specs,
        JobOpener opener,
        JobControl control,
        JobSnapshots snapshots,
        JobOutlooks outlooks,
        JobRecords records,
        InputGarbage inputs,
        IOptions<GarbageOptions> garbage,
        RebuildGate gate,
        ILogger<JobIntake> log)
    {
        this.reader = reader;
        this.specs = specs;
        this.opener = opener;
        this.control = control;
        this.snapshots = snapshots;
        this.outlooks = outlooks;
        this.records = records;
        this.inputs = inputs;
        collectsInputs = garbage.Value.InputAge is not null;
        this.gate = gate;
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
        gate.RunAsync(() => control.CancelAsync(cancel, cancellationToken), cancellationToken);

    /// <summary>Pauses a job or one of its shots.</summary>
    public Task<JobAnswer> PauseAsync(PauseJob pause, CancellationToken cancellationToken) =>
        gate.RunAsync(() => control.PauseAsync(pause, cancellationToken), cancellationToken);

    /// <summary>Lets a paused job, or one of its paused shots, go on.</summary>
    public Task<JobAnswer> ResumeAsync(ResumeJob resume, CancellationToken cancellationToken) =>
        gate.RunAsync(() => control.ResumeAsync(resume, cancellationToken), cancellationToken);

    /// <summary>How a job stands, or null when there is none of that name.</summary>
    public Task<JobSnapshot?> GetAsync(GetJob get, CancellationToken cancellationToken) =>
        gate.RunAsync(() => snapshots.TakeAsync(get.JobId, cancellationToken), cancellationToken);

    /// <summary>The same for a command that is read and planned already.</summary>
    internal Task<SubmitAnswer> SubmitAsync(
        SubmitJob submit, JobReading reading, CancellationToken cancellationToken) =>
        gate.RunAsync(() => TakeInAsync(submit, reading, cancellationToken), cancellationToken);

    private async Task<SubmitAnswer> TakeInAsync(
        SubmitJob submit, JobReading reading, CancellationToken cancellationToken)
    {
        var (spec, faults) = reading;
        using var span = FarmTrace.StartJob();
        span?.SetTag(TraceTags.Job, spec?.JobId);
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

        // Asked after the spec is written: a job that is collected meanwhile says so first.
        if (await records.IsGoneAsync(spec.TenantId, spec.JobId, cancellationToken))
        {
            return new SubmitAnswer(null, NameIsTaken(spec));
        }

        if (collectsInputs && await inputs.IsLeavingAsync(spec, cancellationToken))
        {
            return await RefuseAsync(spec, cancellationToken);
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
                Outlook = await outlooks.TakeAsync(job, cancellationToken),
            },
            null);
    }

    /// <summary>
    /// An input was collected between the storyboard's check and now. The spec is written, so its
    /// end is, too: nobody begins it.
    /// </summary>
    private async Task<SubmitAnswer> RefuseAsync(
        JobSpec spec, CancellationToken cancellationToken)
    {
        const string why = "an image or the sound was just collected as garbage; store it again,"
            + " and submit the film under another name";
        await records.WriteEndedAsync(spec, why, cancellationToken);
        return new SubmitAnswer(null, Reject(spec, "input-missing", "$", why));
    }

    private static JobRejected NameIsTaken(JobSpec spec) => Reject(
        spec,
        "job-id-taken",
        "$.jobId",
        $"'{spec.JobId}' names another job already; "
            + "choose another name, or none to have one made up");

    private static JobRejected Reject(
        JobSpec spec, string code, string place, string message) => new()
        {
            JobId = spec.JobId,
            Faults = [CommandReader.Fault(code, place, message)],
        };
}
