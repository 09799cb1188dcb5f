using System.Globalization;

namespace RenderFarm.Storage;

/// <summary>
/// The only place where object names are made. No user text ever becomes part of one.
/// </summary>
public static class ObjectKeys
{
    /// <summary>The accepted spec of a job; written once, and then the job exists.</summary>
    public static string JobSpec(string tenantId, string jobId) =>
        $"t/{Id(tenantId)}/jobs/{Id(jobId)}/spec.json";

    /// <summary>Every object of a tenant's jobs.</summary>
    public static string Jobs(string tenantId) => $"t/{Id(tenantId)}/jobs/";

    /// <summary>The order to stop a job; written once.</summary>
    public static string JobCancel(string tenantId, string jobId) =>
        $"t/{Id(tenantId)}/jobs/{Id(jobId)}/cancel.json";

    /// <summary>One attempt's clip; never overwritten.</summary>
    public static string Clip(string tenantId, string renderKey, string attemptId) =>
        $"t/{Id(tenantId)}/clips/{Id(renderKey)}/{Id(attemptId)}.mp4";

    /// <summary>The last frame of one attempt's clip.</summary>
    public static string LastFrame(string tenantId, string renderKey, string attemptId) =>
        $"t/{Id(tenantId)}/clips/{Id(renderKey)}/{Id(attemptId)}.last.png";

    /// <summary>The last frames of one attempt's clip as the model rendered them.</summary>
    public static string Tail(string tenantId, string renderKey, string attemptId) =>
        $"t/{Id(tenantId)}/clips/{Id(renderKey)}/{Id(attemptId)}.tail.png";

    /// <summary>The commit record of a render key; written once.</summary>
    public static string AcceptedClip(string tenantId, string renderKey) =>
        $"t/{Id(tenantId)}/clips/{Id(renderKey)}/accepted.json";

    /// <summary>Where one attempt left off; written over by that attempt alone.</summary>
    public static string Checkpoint(string tenantId, string renderKey, string attemptId) =>
        $"{Checkpoints(tenantId, renderKey)}{Id(attemptId)}";

    /// <summary>Every checkpoint of a render key.</summary>
    public static string Checkpoints(string tenantId, string renderKey) =>
        $"t/{Id(tenantId)}/clips/{Id(renderKey)}/checkpoints/";

    /// <summary>What the stitcher is to join; written once a revision.</summary>
    public static string CutList(string tenantId, string jobId, int revision) =>
        $"{Revision(tenantId, jobId, revision)}cut-list.json";

    /// <summary>One stitch attempt's file: <c>reel.mp4</c>, <c>timeline.otio</c> ...</summary>
    public static string ReelFile(
        string tenantId, string jobId, int revision, string attemptId, string extension) =>
        $"{Revision(tenantId, jobId, revision)}{Id(attemptId)}.{Id(extension)}";

    /// <summary>The record of the finished reel; written once a revision.</summary>
    public static string FinalReel(string tenantId, string jobId, int revision) =>
        $"{Revision(tenantId, jobId, revision)}final.json";

    /// <summary>The report of a finished revision; written once.</summary>
    public static string Report(string tenantId, string jobId, int revision) =>
        $"{Revision(tenantId, jobId, revision)}report.json";

    /// <summary>How a revision ended without a reel; written once.</summary>
    public static string EndedJob(string tenantId, string jobId, int revision) =>
        $"{Revision(tenantId, jobId, revision)}ended.json";

    /// <summary>Says that a job's objects are collected and its name is used up.</summary>
    public static string GoneJob(string tenantId, string jobId) =>
        $"t/{Id(tenantId)}/jobs/{Id(jobId)}/gone.json";

    /// <summary>Every object of a tenant's clips.</summary>
    public static string Clips(string tenantId) => $"t/{Id(tenantId)}/clips/";

    /// <summary>Every epoch of a farm's job store.</summary>
    public static string Epochs(string tenantId) => $"t/{Id(tenantId)}/epochs/";

    /// <summary>The record of an epoch; written once.</summary>
    public static string Epoch(string tenantId, int epochNumber) =>
        string.Create(
            CultureInfo.InvariantCulture, $"{Epochs(tenantId)}{epochNumber:d8}.json");

    /// <summary>Says how many commits an epoch had at least; written once.</summary>
    public static string EpochCount(string tenantId, int epochNumber, long commitCount) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Epochs(tenantId)}{epochNumber:d8}/{commitCount:d19}");

    /// <summary>Every image and sound of a tenant.</summary>
    public static string Inputs(string tenantId) => $"t/{Id(tenantId)}/inputs/";

    /// <summary>Every word that an input is about to be collected.</summary>
    public static string LeavingInputs(string tenantId) => $"t/{Id(tenantId)}/leaving/";

    /// <summary>Says that an input is about to be collected.</summary>
    public static string LeavingInput(string tenantId, string sha256) =>
        $"t/{Id(tenantId)}/leaving/{Id(sha256)}";

    /// <summary>An image or sound that a storyboard refers to, by its content.</summary>
    public static string Input(string tenantId, string sha256) =>
        $"t/{Id(tenantId)}/inputs/{Id(sha256)}";

    /// <summary>A model's manifest.</summary>
    public static string ModelManifest(string name) => $"models/{Id(name)}.json";

    /// <summary>Every object of one model package.</summary>
    public static string ModelPackage(string digest) => $"packages/{Id(digest)}/";

    /// <summary>The list of a model package's files; written last.</summary>
    public static string ModelPackageFiles(string digest) =>
        $"{ModelPackage(digest)}files.json";

    /// <summary>One file of a model package, by its content.</summary>
    public static string ModelPackageFile(string digest, string sha256) =>
        $"{ModelPackage(digest)}{Id(sha256)}";

    private static string Revision(string tenantId, string jobId, int revision)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(revision, 1);
        return $"t/{Id(tenantId)}/jobs/{Id(jobId)}/r{revision}/";
    }

    private static string Id(string id)
    {
        var sound = id.Length is >= 1 and <= 64 && id[0] is not ('.' or '-')
            && id.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '.')
            && !id.Contains("..", StringComparison.Ordinal);
        return sound
            ? id
            : throw new ArgumentException($"'{id}' cannot be part of an object's name", nameof(id));
    }
}
