using System.Text.Json;
using Microsoft.Extensions.Options;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Reels;
using RenderFarm.Media;
using RenderFarm.ServiceDefaults.Telemetry;
using RenderFarm.Storage;

namespace RenderFarm.Stitcher.Stitching;

/// <summary>Makes one reel: the one that is final already, or a new one.</summary>
internal sealed class ReelStitcher(
    IObjectStore store,
    FilmFetcher fetcher,
    ReelCommitter committer,
    IOptions<StitcherOptions> options,
    TimeProvider time)
{
    /// <summary>Bytes of a cut list: ten thousand shots take a third of this.</summary>
    private const int LongestCutList = 64 * 1024 * 1024;

    private readonly ReelWriter writer = new(time);
    private readonly CardWriter cardWriter = new(time);

    /// <exception cref="ObjectNotFoundException">Cut list, clip or sound is gone.</exception>
    /// <exception cref="InvalidDataException">One of them is not what it should be.</exception>
    /// <exception cref="FfmpegException">ffmpeg failed.</exception>
    public async Task<Reel> StitchAsync(StitchReel order, CancellationToken cancellationToken)
    {
        if (await committer.TryFindAsync(order, cancellationToken) is { } final)
        {
            return final;
        }

        var start = time.GetTimestamp();
        var film = await ReadCutListAsync(order.CutListKey, cancellationToken);
        var attemptId = Guid.CreateVersion7(time.GetUtcNow()).ToString();
        var folder = Path.Combine(options.Value.ScratchFolder, attemptId);
        Directory.CreateDirectory(folder);
        try
        {
            var files = await JoinAsync(order, film, folder, cancellationToken);
            using var span = FarmTrace.Start("store");
            return await committer.CommitAsync(
                order,
                film,
                files,
                attemptId,
                () => time.GetElapsedTime(start),
                cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<ReelFiles> JoinAsync(
        StitchReel order, CutList film, string folder, CancellationToken cancellationToken)
    {
        FetchedFilm fetched;
        using (FarmTrace.Start("fetch"))
        {
            fetched = await fetcher.FetchAsync(
                order.TenantId, film, folder, cancellationToken);
        }

        using var span = FarmTrace.Start("join");
        var cards = await WriteCardsAsync(film, folder, cancellationToken);
        return await writer.WriteAsync(
            film,
            entry => entry.Clip is { } clip
                ? fetched.ClipPaths[clip.ObjectKey]
                : cards[entry.ShotId],
            fetched.SoundtrackPath,
            folder,
            null,
            cancellationToken);
    }

    /// <summary>Makes a card for every shot without a clip.</summary>
    private async Task<Dictionary<string, string>> WriteCardsAsync(
        CutList film, string folder, CancellationToken cancellationToken)
    {
        var paths = new Dictionary<string, string>();
        foreach (var entry in film.Entries.Where(entry => entry.Clip is null))
        {
            var frameCount = entry.CardFrameCount ?? throw new InvalidDataException(
                $"shot {entry.ShotId} must have a clip or a card, and has neither");
            var path = Path.Combine(folder, $"card-{paths.Count}.mp4");
            await cardWriter.WriteAsync(
                entry.ShotId, film.Size, film.FrameRate, frameCount, path, cancellationToken);
            paths.Add(entry.ShotId, path);
        }

        return paths;
    }

    private async Task<CutList> ReadCutListAsync(string key, CancellationToken cancellationToken)
    {
        var bytes = await store.TryGetAsync(key, LongestCutList, cancellationToken)
            ?? throw new ObjectNotFoundException(key);
        try
        {
            return JsonSerializer.Deserialize<CutList>(bytes, FarmJson.Options)
                ?? throw new InvalidDataException($"'{key}' is null");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"'{key}' is no cut list: {fault.Message}", fault);
        }
    }
}
