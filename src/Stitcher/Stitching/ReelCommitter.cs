using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Reels;
using RenderFarm.Media;
using RenderFarm.Storage;

namespace RenderFarm.Stitcher.Stitching;

/// <summary>
/// Puts a reel into the object store: first its files, under names of this try, then the record
/// that makes it the revision's reel. Of several tries one record stands.
/// </summary>
internal sealed class ReelCommitter(IObjectStore store)
{
    /// <summary>Bytes of a final record: ten thousand shots take a tenth of this.</summary>
    private const int LongestRecord = 8 * 1024 * 1024;

    /// <summary>The reel that the revision has already, or null.</summary>
    public async Task<Reel?> TryFindAsync(StitchReel order, CancellationToken cancellationToken)
    {
        var record = await store.TryGetAsync(
            KeyOf(order), LongestRecord, cancellationToken);
        return record is null ? null : JsonSerializer.Deserialize<Reel>(record, FarmJson.Options);
    }

    /// <summary>Uploads a reel and makes it final, or finds that another one was first.</summary>
    /// <returns>What <c>final.json</c> says.</returns>
    public async Task<Reel> CommitAsync(
        StitchReel order,
        CutList film,
        ReelFiles files,
        string attemptId,
        Func<TimeSpan> stitchTime,
        CancellationToken cancellationToken)
    {
        string NameOf(string file) => ObjectKeys.ReelFile(
            order.TenantId, order.JobId, order.Revision, attemptId, file);

        var isWebm = Path.GetExtension(files.ReelPath) == ".webm";
        var reelKey = NameOf(isWebm ? "reel.webm" : "reel.mp4");
        var sheetKey = NameOf("contact-sheet.jpg");
        var timelineKey = NameOf("timeline.otio");
        await Task.WhenAll(
            store.PutFileAsync(
                reelKey, files.ReelPath, isWebm ? "video/webm" : "video/mp4", cancellationToken),
            store.PutFileAsync(
                sheetKey, files.ContactSheetPath, "image/jpeg", cancellationToken),
            store.PutFileAsync(
                timelineKey, files.TimelinePath, "application/json", cancellationToken));

        var reel = new Reel
        {
            JobId = order.JobId,
            Revision = order.Revision,
            ObjectKey = reelKey,
            Sha256 = files.Sha256,
            ByteCount = files.ByteCount,
            FrameCount = files.FrameCount,
            ContactSheetKey = sheetKey,
            TimelineKey = timelineKey,
            AttemptIds =
                [.. film.Entries.Select(entry => entry.Clip?.AttemptId).OfType<string>()],
            MissingShotIds =
            [
                .. film.Entries.Where(entry => entry.Clip is null).Select(entry => entry.ShotId),
            ],
            StitchTime = stitchTime(),
        };
        var record = JsonSerializer.SerializeToUtf8Bytes(reel, FarmJson.Options);
        return await store.PutIfAbsentAsync(
                KeyOf(order), record, "application/json", cancellationToken)
            ? reel
            : await TryFindAsync(order, cancellationToken)
                ?? throw new IOException($"'{KeyOf(order)}' was there and is gone");
    }

    private static string KeyOf(StitchReel order) =>
        ObjectKeys.FinalReel(order.TenantId, order.JobId, order.Revision);
}
