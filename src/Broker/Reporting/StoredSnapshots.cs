using Microsoft.Extensions.Options;
using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.Planning;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Reporting;

/// <summary>How jobs ended whose states are no longer kept, from their records.</summary>
internal sealed class StoredSnapshots(
    SpecFiles specs,
    JobRecords records,
    FilmFinisher finisher,
    IOptions<JobReaderOptions> jobs)
{
    private const int Revision = 1;

    /// <summary>How a job ended; null when there is none of that name, or it did not.</summary>
    public async Task<JobSnapshot?> TakeAsync(string jobId, CancellationToken cancellationToken)
    {
        var tenantId = jobs.Value.TenantId;
        if (!TextRules.IsId(jobId)
            || await specs.FindAsync(tenantId, jobId, cancellationToken) is not { } spec)
        {
            return null;
        }

        if (await records.FindEndedAsync(tenantId, jobId, Revision, cancellationToken)
            is { } ended)
        {
            return Take(spec, ended.Status, ended.Reason, report: null, files: null);
        }

        var reel = await records.FindReelAsync(tenantId, jobId, Revision, cancellationToken);
        var report = await records.FindReportAsync(tenantId, jobId, Revision, cancellationToken);
        return reel is null || report is null
            ? null
            : Take(
                spec,
                JobStatus.Completed,
                reason: null,
                report,
                await finisher.FilesAsync(tenantId, reel, cancellationToken));
    }

    private static JobSnapshot Take(
        JobSpec spec, JobStatus status, string? reason, JobReport? report, FilmFiles? files)
    {
        // By name: a film that was made without some of its shots reports the others only.
        var rendered = (report?.Shots ?? []).ToDictionary(shot => shot.ShotId);
        return new JobSnapshot
        {
            JobId = spec.JobId,
            Title = spec.Title,
            Status = status,
            Reason = reason,
            AcceptedAt = spec.AcceptedAt,
            LeftCount = status == JobStatus.Completed ? 0 : spec.Shots.Count,
            Shots =
            [
                .. spec.Shots.Select(plan =>
                    Take(plan, status, rendered.GetValueOrDefault(plan.ShotId))),
            ],
            Files = files,
        };
    }

    private static ShotSnapshot Take(
        PlannedShot plan, JobStatus status, ShotReport? report) => new()
    {
        ShotId = plan.ShotId,
        Prompt = plan.Task.Prompt,
        Status = report is not null ? ShotStatus.Rendered
            : status == JobStatus.Completed ? ShotStatus.Failed
            : ShotStatus.Canceled,
        RenderKey = plan.Task.RenderKey,
        FrameCount = plan.Task.FrameCount,
        AttemptCount = report?.AttemptCount ?? 0,
        Cached = report?.Cached ?? false,
        TakeCount = plan.Task.TakeCount,
        TakeIndex = report?.TakeIndex,
        Score = report?.Score,
        WorkerId = report?.WorkerId,
    };
}
