using RenderFarm.Broker.Planning;
using RenderFarm.Broker.Reporting;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Garbage;

/// <summary>
/// Takes off a list all that a job in the object store refers to: its spec by render keys and
/// inputs, its cut by files. A record that cannot be read ends the pass, before anything is
/// deleted.
/// </summary>
internal sealed class GarbageMarks(JobFolders folders, SpecFiles specs, JobRecords records)
{
    private const int Revision = 1;

    /// <summary>Reads every job that is kept.</summary>
    public async Task TakeOffAsync(
        GarbageList list, string tenantId, CancellationToken cancellationToken)
    {
        if (!list.NeedsMarks)
        {
            return;
        }

        await foreach (var folder in folders.ReadAsync(tenantId, cancellationToken))
        {
            if (folder.Spec is null || folder.Gone is not null)
            {
                continue;
            }

            // A job that goes on may yet take any file of its keys for its own.
            var goesOn = folder.End is null;
            if ((goesOn || list.NeedsSpecs)
                && await specs.FindAsync(tenantId, folder.JobId, cancellationToken) is { } spec)
            {
                TakeOff(list, spec, goesOn);
            }

            if (folder.Find("cut-list.json") is not null && await records.FindCutAsync(
                tenantId, folder.JobId, Revision, cancellationToken) is { } cut)
            {
                TakeOff(list, cut);
            }
        }
    }

    private static void TakeOff(GarbageList list, JobSpec spec, bool goesOn)
    {
        TakeOffInput(list, spec.SoundtrackSha256);
        foreach (var task in spec.Shots.Select(shot => shot.Task))
        {
            list.Clips.Remove(task.RenderKey);
            if (goesOn)
            {
                list.Attempts.Remove(task.RenderKey);
            }

            foreach (var sha256 in InputsOf(task))
            {
                TakeOffInput(list, sha256);
            }

            foreach (var upstream in new[]
            {
                task.Start?.LastFrameOf, task.End?.LastFrameOf, task.Source?.ClipOf,
            }.OfType<string>())
            {
                list.Clips.Remove(upstream);
            }
        }
    }

    private static void TakeOff(GarbageList list, CutList cut)
    {
        TakeOffInput(list, cut.SoundtrackSha256);
        foreach (var clip in cut.Entries.Select(entry => entry.Clip).OfType<Clip>())
        {
            list.Clips.Remove(clip.RenderKey);
            if (list.Attempts.TryGetValue(clip.RenderKey, out var files))
            {
                files.RemoveAll(file => IsOf(clip, file.Key));
            }
        }
    }

    /// <summary>The digests of all that a shot is rendered from.</summary>
    public static IEnumerable<string> InputsOf(ShotTask task) => new[]
    {
        task.Start?.ImageSha256,
        task.MaskSha256,
        task.End?.ImageSha256,
        task.Source?.VideoSha256,
    }.OfType<string>();

    /// <summary>Whether a file is one of a clip's.</summary>
    public static bool IsOf(Clip clip, string key) =>
        key == clip.ObjectKey || key == clip.LastFrameKey || key == clip.TailKey;

    private static void TakeOffInput(GarbageList list, string? sha256)
    {
        if (sha256 is not null)
        {
            list.Inputs.Remove(sha256);
        }
    }
}
