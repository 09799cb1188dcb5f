using RenderFarm.Contracts.Jobs;
using RenderFarm.Storage;

namespace RenderFarm.Cli.Films;

/// <summary>Brings a finished film's files out of the object store.</summary>
internal static class FilmFetcher
{
    /// <summary>Copies reel, contact sheet, timeline and report into a folder.</summary>
    /// <returns>The reel's path.</returns>
    public static async Task<string> FetchAsync(
        FilmFiles files, IObjectStore store, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var reel = Path.Combine(folder, "reel" + Path.GetExtension(files.Reel.ObjectKey));
        (FilmFile File, string Path)[] wanted =
        [
            (files.Reel, reel),
            (files.ContactSheet, Path.Combine(folder, "contact-sheet.jpg")),
            (files.Timeline, Path.Combine(folder, "timeline.otio")),
            (files.Report, Path.Combine(folder, "report.json")),
        ];
        foreach (var (file, path) in wanted)
        {
            // Whoever watches the folder sees the old file or the new one, never half of one.
            var partial = path + ".partial";
            await store.GetFileAsync(file.ObjectKey, partial, cancellationToken);
            File.Move(partial, path, overwrite: true);
        }

        return reel;
    }
}
