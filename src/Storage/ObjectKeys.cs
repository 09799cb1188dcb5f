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

    /// <summary>An image or sound that a storyboard refers to, by its content.</summary>
    public static string Input(string tenantId, string sha256) =>
        $"t/{Id(tenantId)}/inputs/{Id(sha256)}";

    /// <summary>A model's manifest.</summary>
    public static string ModelManifest(string name) => $"models/{Id(name)}.json";

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
