using System.Text.Json;
using RenderFarm.Broker.Planning;
using RenderFarm.Broker.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Reels;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Reporting;

/// <summary>
/// What the object store says of a job beyond its spec. Where it and the job store differ, this is
/// right: every one of these is written once.
/// </summary>
internal sealed class JobRecords(IObjectStore objects)
{
    private const int LongestRecord = 64 * 1024 * 1024;

    /// <summary>Writes how a failed or canceled job ended, unless that is written.</summary>
    public Task WriteEndedAsync(JobState job, CancellationToken cancellationToken) =>
        WriteAsync(
            job.TenantId,
            job.Revision,
            new EndedJob
            {
                JobId = job.JobId,
                Status = job.Status,
                Reason = job.Reason,
                EndedAt = job.EndedAt ?? job.AcceptedAt,
            },
            cancellationToken);

    /// <summary>Writes that a job failed before it began.</summary>
    public Task WriteEndedAsync(
        JobSpec spec, string reason, CancellationToken cancellationToken) =>
        WriteAsync(
            spec.TenantId,
            revision: 1,
            new EndedJob
            {
                JobId = spec.JobId,
                Status = JobStatus.Failed,
                Reason = reason,
                EndedAt = spec.AcceptedAt,
            },
            cancellationToken);

    /// <summary>How the job ended without a reel; null when it did not.</summary>
    public Task<EndedJob?> FindEndedAsync(
        string tenantId, string jobId, int revision, CancellationToken cancellationToken) =>
        FindAsync<EndedJob>(ObjectKeys.EndedJob(tenantId, jobId, revision), cancellationToken);

    /// <summary>The finished reel; null when there is none.</summary>
    public Task<Reel?> FindReelAsync(
        string tenantId, string jobId, int revision, CancellationToken cancellationToken) =>
        FindAsync<Reel>(ObjectKeys.FinalReel(tenantId, jobId, revision), cancellationToken);

    /// <summary>What the stitcher was told to join; null when nothing was.</summary>
    public Task<CutList?> FindCutAsync(
        string tenantId, string jobId, int revision, CancellationToken cancellationToken) =>
        FindAsync<CutList>(ObjectKeys.CutList(tenantId, jobId, revision), cancellationToken);

    /// <summary>The report of a completed job; null when there is none.</summary>
    public Task<JobReport?> FindReportAsync(
        string tenantId, string jobId, int revision, CancellationToken cancellationToken) =>
        FindAsync<JobReport>(ObjectKeys.Report(tenantId, jobId, revision), cancellationToken);

    /// <summary>Whether its owner stopped it.</summary>
    public Task<bool> WasStoppedAsync(
        string tenantId, string jobId, CancellationToken cancellationToken) =>
        ExistsAsync(ObjectKeys.JobCancel(tenantId, jobId), cancellationToken);

    /// <summary>Whether its objects are collected.</summary>
    public Task<bool> IsGoneAsync(
        string tenantId, string jobId, CancellationToken cancellationToken) =>
        ExistsAsync(ObjectKeys.GoneJob(tenantId, jobId), cancellationToken);

    private Task<bool> WriteAsync(
        string tenantId, int revision, EndedJob ended, CancellationToken cancellationToken) =>
        objects.PutIfAbsentAsync(
            ObjectKeys.EndedJob(tenantId, ended.JobId, revision),
            JsonSerializer.SerializeToUtf8Bytes(ended, FarmJson.Indented),
            "application/json",
            cancellationToken);

    private async Task<bool> ExistsAsync(string key, CancellationToken cancellationToken) =>
        await objects.TryHeadAsync(key, cancellationToken) is not null;

    private async Task<T?> FindAsync<T>(string key, CancellationToken cancellationToken)
        where T : class
    {
        var bytes = await objects.TryGetAsync(key, LongestRecord, cancellationToken);
        return bytes is null ? null : JsonSerializer.Deserialize<T>(bytes, FarmJson.Options);
    }
}
