using Microsoft.Extensions.Options;
using RenderFarm.Broker.Dispatch;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Garbage;

/// <summary>
/// Finds what may be garbage among clips and inputs, by name and age alone. Reads one render key's
/// names at a time.
/// </summary>
internal sealed class GarbageFinder(
    IObjectStore objects, AcceptedClips clips, IOptions<GarbageOptions> options, TimeProvider time)
{
    private readonly GarbageOptions settings = options.Value;

    /// <summary>Reads what there is, until the list is full.</summary>
    public async Task<GarbageList> FindAsync(string tenantId, CancellationToken cancellationToken)
    {
        var list = new GarbageList(settings.MostDeletions);
        await FindClipsAsync(list, tenantId, cancellationToken);
        await FindInputsAsync(list, tenantId, cancellationToken);
        return list;
    }

    private async Task FindClipsAsync(
        GarbageList list, string tenantId, CancellationToken cancellationToken)
    {
        var prefix = ObjectKeys.Clips(tenantId);
        var (renderKey, found) = ("", new List<StoredObject>());

        // A store lists in key order, so that a render key's objects follow each other.
        await foreach (var stored in objects.ListAsync(prefix, cancellationToken))
        {
            var slash = stored.Key.IndexOf('/', prefix.Length);
            if (slash < 0 || list.IsFull)
            {
                continue;
            }

            var owner = stored.Key[prefix.Length..slash];
            if (owner != renderKey && found.Count > 0)
            {
                await AddAsync(
                    list, tenantId, new ClipFolder(renderKey, found), cancellationToken);
                found = [];
            }

            renderKey = owner;
            found.Add(stored);
        }

        if (found.Count > 0)
        {
            await AddAsync(list, tenantId, new ClipFolder(renderKey, found), cancellationToken);
        }
    }

    private async Task AddAsync(
        GarbageList list, string tenantId, ClipFolder clip, CancellationToken cancellationToken)
    {
        foreach (var checkpoint in clip.Checkpoints)
        {
            if (clip.Accepted is not null || IsOlder(checkpoint, settings.CheckpointAge))
            {
                list.AddCheckpoint(checkpoint);
            }
        }

        if (clip.Accepted is not null && settings.ClipAge is { } age
            && clip.Objects.All(found => IsOlder(found, age)))
        {
            // Its losers are looked at, too: the clip may turn out to be referred to.
            list.AddClip(clip);
        }

        var old = clip.Files.Where(file => IsOlder(file, settings.Grace)).ToList();
        if (old.Count == 0)
        {
            return;
        }

        if (clip.Accepted is not null)
        {
            if (clip.Files.DistinctBy(ClipFolder.AttemptOf).Count() < 2
                || await clips.FindAsync(tenantId, clip.RenderKey, cancellationToken)
                    is not { } accepted)
            {
                // The one attempt that has files is the one that was accepted.
                return;
            }

            old.RemoveAll(file => ClipFolder.AttemptOf(file) == accepted.AttemptId
                || GarbageMarks.IsOf(accepted, file.Key));
        }

        list.AddAttempts(clip.RenderKey, old);
    }

    private async Task FindInputsAsync(
        GarbageList list, string tenantId, CancellationToken cancellationToken)
    {
        if (settings.InputAge is not { } age)
        {
            return;
        }

        var prefix = ObjectKeys.Inputs(tenantId);
        await foreach (var input in objects.ListAsync(prefix, cancellationToken))
        {
            if (list.IsFull)
            {
                return;
            }

            if (IsOlder(input, age))
            {
                list.AddInput(input.Key[prefix.Length..], input);
            }
        }
    }

    private bool IsOlder(StoredObject found, TimeSpan age) =>
        time.GetUtcNow() - found.ModifiedAt > age;
}
