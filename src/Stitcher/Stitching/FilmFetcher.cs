using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;

namespace RenderFarm.Stitcher.Stitching;

/// <summary>Brings a film's clips and sound into a folder.</summary>
internal sealed class FilmFetcher(IObjectStore store, IOptions<StitcherOptions> options)
{
    private const int TryCount = 2;

    /// <summary>Fetches several at once, each clip once however often the film shows it.</summary>
    /// <exception cref="ObjectNotFoundException">A clip or the sound is gone.</exception>
    /// <exception cref="InvalidDataException">Its bytes are not the accepted ones.</exception>
    public async Task<FetchedFilm> FetchAsync(
        string tenantId, CutList film, string folder, CancellationToken cancellationToken)
    {
        var clips = film.Entries.Select(entry => entry.Clip).OfType<Clip>()
            .DistinctBy(clip => clip.ObjectKey)
            .Select((clip, index) => (clip.ObjectKey, clip.Sha256, Path: PathOf(folder, index)))
            .ToList();
        var files = clips.ToList();
        string? soundtrackPath = null;
        if (film.SoundtrackSha256 is { } sha256)
        {
            soundtrackPath = Path.Combine(folder, "soundtrack");
            files.Add((ObjectKeys.Input(tenantId, sha256), sha256, soundtrackPath));
        }

        await Parallel.ForEachAsync(
            files,
            new ParallelOptions
            {
                CancellationToken = cancellationToken,
                MaxDegreeOfParallelism = options.Value.FetchCount,
            },
            async (file, token) =>
                await FetchFileAsync(file.ObjectKey, file.Sha256, file.Path, token));
        return new FetchedFilm(
            clips.ToDictionary(clip => clip.ObjectKey, clip => clip.Path), soundtrackPath);
    }

    private async Task FetchFileAsync(
        string key, string expected, string path, CancellationToken cancellationToken)
    {
        for (var tryNumber = 1; ; tryNumber++)
        {
            await store.GetFileAsync(key, path, cancellationToken);
            await using var file = File.OpenRead(path);
            var digest = await SHA256.HashDataAsync(file, cancellationToken);
            var found = Convert.ToHexStringLower(digest);
            if (found == expected)
            {
                return;
            }

            // The way here may have damaged it; twice the same way is the object itself.
            if (tryNumber == TryCount)
            {
                throw new InvalidDataException(
                    $"'{key}': expected SHA-256 {expected}, found {found}");
            }
        }
    }

    private static string PathOf(string folder, int index) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"clip-{index}.mp4"));
}
