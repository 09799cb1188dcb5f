using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;
using RenderFarm.Worker.Attempts;
using RenderFarm.Worker.Rendering;

namespace RenderFarm.Worker.Committing;

/// <summary>
/// Puts an attempt's clip into the object store: first the bytes, under the attempt's own names,
/// then the record that accepts them. Of several attempts one record stands; the others report it.
/// </summary>
internal sealed class ClipCommitter(PatientStore store, TimeProvider time)
{
    /// <summary>Bytes that a commit record may have.</summary>
    internal const int LongestRecord = 64 * 1024;

    /// <summary>The clip that is accepted already, if there is one.</summary>
    public async Task<Clip?> TryFindAsync(
        string tenantId, string renderKey, CancellationToken cancellationToken)
    {
        var record = await store.TryGetAsync(
            ObjectKeys.AcceptedClip(tenantId, renderKey), LongestRecord, cancellationToken);
        return record is null ? null : JsonSerializer.Deserialize<Clip>(record, FarmJson.Options);
    }

    /// <summary>Uploads and accepts a clip, or finds that another one was first.</summary>
    /// <returns>What <c>accepted.json</c> says.</returns>
    public async Task<Clip> CommitAsync(
        Attempt attempt,
        RenderedClip rendered,
        string workerId,
        CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var task = attempt.Task;
        var clipKey = ObjectKeys.Clip(attempt.TenantId, task.RenderKey, attempt.Id);
        var lastFrameKey = ObjectKeys.LastFrame(attempt.TenantId, task.RenderKey, attempt.Id);
        var tailKey = rendered.TailPath is null
            ? null
            : ObjectKeys.Tail(attempt.TenantId, task.RenderKey, attempt.Id);
        using (StageWatch.Begin("upload", time))
        {
            await Task.WhenAll(
                store.PutFileAsync(clipKey, rendered.File.Path, "video/mp4", cancellationToken),
                store.PutFileAsync(
                    lastFrameKey, rendered.File.LastFramePath, "image/png", cancellationToken),
                tailKey is null
                    ? Task.CompletedTask
                    : store.PutFileAsync(
                        tailKey, rendered.TailPath!, "image/png", cancellationToken));
        }

        var clip = new Clip
        {
            RenderKey = task.RenderKey,
            AttemptId = attempt.Id,
            ObjectKey = clipKey,
            LastFrameKey = lastFrameKey,
            TailKey = tailKey,
            FramesPastTail = rendered.FramesPastTail,
            TakeIndex = rendered.TakeIndex,
            Score = rendered.Score,
            ReusedStepCount = rendered.ReusedStepCount,
            Sha256 = rendered.File.Sha256,
            ByteCount = rendered.File.ByteCount,
            FrameCount = rendered.File.FrameCount,
            Size = task.Size,
            FrameRate = task.FrameRate,
            WorkerId = workerId,
            Rendering = rendered.Rendering,
            Encoding = rendered.Encoding,
            Uploading = time.GetElapsedTime(start),
        };
        return await AcceptAsync(attempt, clip, cancellationToken);
    }

    private async Task<Clip> AcceptAsync(
        Attempt attempt, Clip clip, CancellationToken cancellationToken)
    {
        using var stage = StageWatch.Begin("commit", time);
        var key = ObjectKeys.AcceptedClip(attempt.TenantId, clip.RenderKey);
        var record = JsonSerializer.SerializeToUtf8Bytes(clip, FarmJson.Options);
        if (await store.PutIfAbsentAsync(key, record, "application/json", cancellationToken))
        {
            return clip;
        }

        var winner = await TryFindAsync(attempt.TenantId, clip.RenderKey, cancellationToken);
        return winner ?? throw new StoreTroubleException(
            $"'{key}' was there and is gone", new IOException("a commit record vanished"));
    }
}
