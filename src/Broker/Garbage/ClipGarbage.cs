using RenderFarm.Broker.Dispatch;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Garbage;

/// <summary>Collects files of attempts, checkpoints, and clips of which no job knows.</summary>
internal sealed class ClipGarbage(
    IObjectStore objects, AcceptedClips clips, GarbageMarks marks, Collector collector)
{
    private const int LongestRecord = 64 * 1024;

    /// <summary>Collects what is left on a list after marking.</summary>
    /// <returns>How many objects were deleted.</returns>
    public async Task<int> CollectAsync(
        GarbageList list, string tenantId, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var checkpoint in list.Checkpoints)
        {
            count += await collector.DeleteAsync(
                GarbageKind.Checkpoint, checkpoint, cancellationToken);
        }

        foreach (var (renderKey, files) in list.Attempts)
        {
            count += await CollectAttemptsAsync(tenantId, renderKey, files, cancellationToken);
        }

        return count + await CollectClipsAsync(list, tenantId, cancellationToken);
    }

    /// <summary>The record is read once more: the attempt may have won meanwhile.</summary>
    private async Task<int> CollectAttemptsAsync(
        string tenantId,
        string renderKey,
        List<StoredObject> files,
        CancellationToken cancellationToken)
    {
        var count = 0;
        var accepted = await clips.FindAsync(tenantId, renderKey, cancellationToken);
        foreach (var file in files)
        {
            var isUsed = accepted is not null
                && (ClipFolder.AttemptOf(file) == accepted.AttemptId
                    || GarbageMarks.IsOf(accepted, file.Key));
            count += isUsed
                ? 0
                : await collector.DeleteAsync(GarbageKind.Attempt, file, cancellationToken);
        }

        return count;
    }

    /// <summary>
    /// First the records go, then every job is read again, and only then the files. A job's spec is
    /// written before it looks for records: so either it finds none, or its spec is found here, and
    /// the record is put back.
    /// </summary>
    private async Task<int> CollectClipsAsync(
        GarbageList list, string tenantId, CancellationToken cancellationToken)
    {
        var taken = new Dictionary<string, byte[]>();
        var doomed = list.Clips.Values.ToList();
        try
        {
            foreach (var clip in doomed)
            {
                var record = clip.Accepted!;
                if (await objects.TryGetAsync(record.Key, LongestRecord, cancellationToken)
                    is { } bytes)
                {
                    taken.Add(clip.RenderKey, bytes);
                    await objects.DeleteAsync(record.Key, cancellationToken);
                }
            }

            if (taken.Count > 0)
            {
                await marks.TakeOffAsync(list, tenantId, cancellationToken);
            }
        }
        catch
        {
            list.Clips.Clear();
            throw;
        }
        finally
        {
            foreach (var clip in doomed.Where(c => !list.Clips.ContainsKey(c.RenderKey)
                && taken.ContainsKey(c.RenderKey)))
            {
                await objects.PutIfAbsentAsync(
                    clip.Accepted!.Key,
                    taken[clip.RenderKey],
                    "application/json",
                    CancellationToken.None);
            }
        }

        var count = 0;
        foreach (var clip in list.Clips.Values.Where(c => taken.ContainsKey(c.RenderKey)))
        {
            count += collector.Count(GarbageKind.Clip, 1);
            foreach (var file in clip.Files)
            {
                count += await collector.DeleteAsync(GarbageKind.Clip, file, cancellationToken);
            }
        }

        return count;
    }
}
