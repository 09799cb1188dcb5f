using Microsoft.Extensions.Options;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Garbage;

/// <summary>
/// Collects files of stitch attempts that are not the film, and whole jobs whose time is over. Of
/// such a job one small record stays: its name is used up.
/// </summary>
internal sealed class JobGarbage(
    JobFolders folders,
    JobRecords records,
    JobLedger ledger,
    StateGarbage states,
    IObjectStore objects,
    Collector collector,
    IOptions<GarbageOptions> options,
    TimeProvider time)
{
    private const int Revision = 1;
    private readonly GarbageOptions settings = options.Value;

    /// <summary>Reads every job's names and deletes what is over, up to a bound.</summary>
    /// <returns>How many objects were deleted.</returns>
    public async Task<int> CollectAsync(string tenantId, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var folder in folders.ReadAsync(tenantId, cancellationToken))
        {
            if (count >= settings.MostDeletions)
            {
                break;
            }

            count += await IsOverAsync(tenantId, folder, cancellationToken)
                ? await CollectJobAsync(folder, cancellationToken)
                : await CollectStitchesAsync(tenantId, folder, cancellationToken);
        }

        return count;
    }

    /// <summary>
    /// Whether a job is to go; then the record that it is gone is written before anything else
    /// happens, so that whoever comes in between finds either all of it or that.
    /// </summary>
    private async Task<bool> IsOverAsync(
        string tenantId, JobFolder folder, CancellationToken cancellationToken)
    {
        if (folder.Gone is not null)
        {
            return true;
        }

        if (folder.Spec is null || folder.End is not { } end
            || settings.JobAge is not { } age || !IsOlder(end, age))
        {
            return false;
        }

        var job = await ledger.FindJobAsync(folder.JobId, cancellationToken);
        if (job is not null && !await states.TryForgetAsync(job.JobId, cancellationToken))
        {
            return false;
        }

        await objects.PutIfAbsentAsync(
            ObjectKeys.GoneJob(tenantId, folder.JobId),
            "{}"u8.ToArray(),
            "application/json",
            cancellationToken);
        return true;
    }

    private async Task<int> CollectJobAsync(JobFolder folder, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var found in folder.Objects.Where(found => found != folder.Gone))
        {
            count += await collector.DeleteAsync(GarbageKind.Job, found, cancellationToken);
        }

        return count;
    }

    private async Task<int> CollectStitchesAsync(
        string tenantId, JobFolder folder, CancellationToken cancellationToken)
    {
        var old = folder.Objects
            .Where(found => IsStitchFile(found.Key) && IsOlder(found, settings.Grace))
            .ToList();
        if (folder.Spec is null || old.Count == 0)
        {
            return 0;
        }

        // Read after the names: a film that became final meanwhile is seen.
        var reel = await records.FindReelAsync(
            tenantId, folder.JobId, Revision, cancellationToken);
        var count = 0;
        foreach (var file in old.Where(file => reel is null
            || (file.Key != reel.ObjectKey && file.Key != reel.ContactSheetKey
                && file.Key != reel.TimelineKey)))
        {
            count += await collector.DeleteAsync(GarbageKind.Stitch, file, cancellationToken);
        }

        return count;
    }

    /// <summary>Every name of a stitch attempt's file is its id and what it is.</summary>
    private static bool IsStitchFile(string key) =>
        key.EndsWith(".reel.mp4", StringComparison.Ordinal)
        || key.EndsWith(".reel.webm", StringComparison.Ordinal)
        || key.EndsWith(".contact-sheet.jpg", StringComparison.Ordinal)
        || key.EndsWith(".timeline.otio", StringComparison.Ordinal);

    private bool IsOlder(StoredObject found, TimeSpan age) =>
        time.GetUtcNow() - found.ModifiedAt > age;
}
