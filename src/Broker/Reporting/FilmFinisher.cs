using System.Text.Json;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Reels;
using RenderFarm.ServiceDefaults.Telemetry;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Reporting;

/// <summary>The way from a job's last clip to its finished film.</summary>
internal sealed class FilmFinisher(
    JobLedger ledger,
    JobCloser closer,
    SpecFiles specs,
    IObjectStore objects,
    IOptions<BrokerOptions> options,
    TimeProvider time,
    ILogger<FilmFinisher> log)
{
    private const int LongestRecord = 16 * 1024 * 1024;

    /// <summary>
    /// Writes the cut of a job whose clips are all there, then asks for its reel.
    /// </summary>
    public async Task AskForReelAsync(JobState job, CancellationToken cancellationToken)
    {
        if (await TryStopAsync(job, cancellationToken))
        {
            return;
        }

        var spec = await specs.FindAsync(job.TenantId, job.JobId, cancellationToken)
            ?? throw new InvalidDataException($"job {job.JobId} must have a spec, and has none");
        var shots = await ledger.FindShotsAsync(job, cancellationToken);
        var key = CutListKey(job);
        await objects.PutIfAbsentAsync(
            key,
            JsonSerializer.SerializeToUtf8Bytes(FilmRecords.Cut(spec, shots), FarmJson.Indented),
            "application/json",
            cancellationToken);
        var ruling = await ledger.ApplyAsync(
            job.JobId, new JobEvent.CutWritten(key), cancellationToken);
        if (ruling is { Verdict: Verdict.Applied })
        {
            log.ReelAskedFor(job.JobId, job.Revision);
        }
    }

    /// <summary>Asks again for a reel that is overdue, unless it is there already.</summary>
    public async Task AskAgainAsync(JobState job, CancellationToken cancellationToken)
    {
        if (!await TryFindReelAsync(job, cancellationToken))
        {
            await ledger.ApplyAsync(
                job.JobId,
                new JobEvent.ReelOverdue(CutListKey(job), job.StitchAskedAt!.Value),
                cancellationToken);
        }
    }

    /// <summary>
    /// Completes a stitching job whose final record is written, whoever told of it or not.
    /// </summary>
    /// <returns>True when there is such a record.</returns>
    public async Task<bool> TryFindReelAsync(JobState job, CancellationToken cancellationToken)
    {
        var bytes = await objects.TryGetAsync(
            ObjectKeys.FinalReel(job.TenantId, job.JobId, job.Revision),
            LongestRecord,
            cancellationToken);
        if (bytes is null)
        {
            return false;
        }

        await CompleteAsync(
            JsonSerializer.Deserialize<Reel>(bytes, FarmJson.Options)!, cancellationToken);
        return true;
    }

    /// <summary>
    /// A stitcher says that a reel is there. What counts is the record in the store, which is read
    /// again: then no late, mistaken or made-up word can put another film in its place.
    /// </summary>
    public async Task StitchedAsync(Reel reel, CancellationToken cancellationToken)
    {
        var job = await ledger.FindJobAsync(reel.JobId, cancellationToken);
        if (job is null
            || job.Status != JobStatus.Stitching
            || job.Revision != reel.Revision
            || !await TryFindReelAsync(job, cancellationToken))
        {
            log.ReelUnexpected(reel.JobId, reel.Revision);
        }
    }

    /// <summary>The reel is there: writes the report and completes the job.</summary>
    public async Task CompleteAsync(Reel reel, CancellationToken cancellationToken)
    {
        var job = await ledger.FindJobAsync(reel.JobId, cancellationToken);
        if (job is null || job.Status != JobStatus.Stitching || job.Revision != reel.Revision)
        {
            log.ReelUnexpected(reel.JobId, reel.Revision);
            return;
        }

        using var span = FarmTrace.Start("report", job.TraceParent);
        if (await TryStopAsync(job, cancellationToken))
        {
            return;
        }

        var shots = await ledger.FindShotsAsync(job, cancellationToken);
        var missing = FilmRecords.Missing(shots);
        var attemptIds = shots.Select(shot => shot.Clip?.AttemptId).OfType<string>();
        if (!reel.AttemptIds.SequenceEqual(attemptIds)
            || !reel.MissingShotIds.SequenceEqual(missing.Select(shot => shot.ShotId)))
        {
            await FailAsync(
                new ReelFailed
                {
                    JobId = reel.JobId,
                    Revision = reel.Revision,
                    Message = $"{reel.ObjectKey} must hold the accepted clip of every shot, "
                        + "or a card where there is none",
                    Permanent = true,
                },
                cancellationToken);
            return;
        }

        var spec = await specs.FindAsync(job.TenantId, job.JobId, cancellationToken)
            ?? throw new InvalidDataException($"job {job.JobId} must have a spec, and has none");
        var report = FilmRecords.Report(spec, shots, reel, time.GetUtcNow());
        await objects.PutIfAbsentAsync(
            ObjectKeys.Report(job.TenantId, job.JobId, job.Revision),
            JsonSerializer.SerializeToUtf8Bytes(report, FarmJson.Indented),
            "application/json",
            cancellationToken);
        var files = await FilesAsync(job.TenantId, reel, cancellationToken);
        var ruling = await ledger.ApplyAsync(
            job.JobId, new JobEvent.ReelDone(reel.Revision, files, missing), cancellationToken);
        if (ruling is { Verdict: Verdict.Applied })
        {
            log.JobCompleted(job.JobId, reel.ObjectKey, reel.FrameCount);
        }
    }

    /// <summary>The reel could not be joined: it is tried again, or the job fails.</summary>
    public async Task FailAsync(ReelFailed failed, CancellationToken cancellationToken)
    {
        var job = await ledger.FindJobAsync(failed.JobId, cancellationToken);
        if (job is null)
        {
            log.ReelUnexpected(failed.JobId, failed.Revision);
            return;
        }

        log.ReelFailed(failed.JobId, failed.Revision, failed.Message);
        var ruling = await ledger.ApplyAsync(
            failed.JobId,
            new JobEvent.ReelLost(
                failed.Revision,
                failed.EarlierFailureCount,
                CutListKey(job),
                failed.Message,
                failed.Permanent),
            cancellationToken);
        if (ruling is { Job: { HasEnded: true, Closed: false } ended })
        {
            await closer.CloseAsync(ended, cancellationToken);
        }
    }

    /// <summary>The files of a finished reel, with URLs that are good for a while.</summary>
    public async Task<FilmFiles> FilesAsync(
        string tenantId, Reel reel, CancellationToken cancellationToken) => new()
        {
            Reel = Sign(new FilmFile { ObjectKey = reel.ObjectKey, ByteCount = reel.ByteCount }),
            ContactSheet = await SignAsync(reel.ContactSheetKey, cancellationToken),
            Timeline = await SignAsync(reel.TimelineKey, cancellationToken),
            Report = await SignAsync(
                ObjectKeys.Report(tenantId, reel.JobId, reel.Revision), cancellationToken),
        };

    /// <summary>The film's files with URLs that are good for a while.</summary>
    public FilmFiles Sign(FilmFiles files) => new()
    {
        Reel = Sign(files.Reel),
        ContactSheet = Sign(files.ContactSheet),
        Timeline = Sign(files.Timeline),
        Report = Sign(files.Report),
    };

    /// <summary>
    /// Stops a job that its owner stopped, though its state does not know of it: the record
    /// outlives a job store that was put back to an earlier moment.
    /// </summary>
    private async Task<bool> TryStopAsync(JobState job, CancellationToken cancellationToken)
    {
        var record = ObjectKeys.JobCancel(job.TenantId, job.JobId);
        if (await objects.TryHeadAsync(record, cancellationToken) is null)
        {
            return false;
        }

        var ruling = await ledger.ApplyAsync(
            job.JobId, new JobEvent.CancelAsked(), cancellationToken);
        if (ruling is { Job: { HasEnded: true, Closed: false } ended })
        {
            await closer.CloseAsync(ended, cancellationToken);
        }

        return true;
    }

    private static string CutListKey(JobState job) =>
        ObjectKeys.CutList(job.TenantId, job.JobId, job.Revision);

    private FilmFile Sign(FilmFile file) => file with
    {
        Url = objects.PresignGet(file.ObjectKey, options.Value.UrlLifetime).AbsoluteUri,
    };

    private async Task<FilmFile> SignAsync(string key, CancellationToken cancellationToken)
    {
        var found = await objects.TryHeadAsync(key, cancellationToken);
        return Sign(new FilmFile { ObjectKey = key, ByteCount = found?.ByteCount ?? 0 });
    }
}
