using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using RenderFarm.Cli.Display;
using RenderFarm.Cli.Farms;
using RenderFarm.Cli.Films;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Worker.Rendering;

namespace RenderFarm.Benchmarks.Devices;

/// <summary>A job of ten shots on a farm in this process, from storyboard to film.</summary>
internal static class TenShots
{
    /// <returns>
    /// The time from submit to film and what of it was inside ONNX Runtime; null without ffmpeg.
    /// </returns>
    public static async Task<(TimeSpan Wall, TimeSpan Inside)?> RenderAsync(
        string device, CancellationToken token)
    {
        if (!HasFfmpeg())
        {
            return null;
        }

        using var place = new Place();
        var path = Path.Combine(place.Folder, "film.fountain");
        await File.WriteAllTextAsync(path, Storyboard(), token);
        var source = await FilmSource.OpenAsync(path, token);
        await using var farm = await EmbeddedFarm.StartAsync(
            new EmbeddedFarmSettings(Path.Combine(place.Folder, "store"), null, device), token);
        var models = farm.Services.GetRequiredService<LoadedModels>();
        var before = models.OnnxTime;

        var start = Stopwatch.GetTimestamp();
        var run = new FilmRun(
            farm, new PlainDisplay(TextWriter.Null, Console.Error, TimeProvider.System));
        var job = $"bench-{Guid.CreateVersion7():n}";
        await using var events = await farm.ListenAsync(job, token);
        var accepted = await run.SubmitAsync(source, job, JobPriority.Normal, token);
        await run.WatchAsync(accepted!, events, Path.Combine(place.Folder, "film"), token);
        return (Stopwatch.GetElapsedTime(start), models.OnnxTime - before);
    }

    private static string Storyboard() => string.Concat(
        Enumerable.Range(1, 10).Select(number => string.Create(
            CultureInfo.InvariantCulture,
            $"EXT. THE COAST - SUNSET\n\nA lighthouse over the sea. [[shot: seed {number}]]\n\n"))
        .Prepend(
            "Title: Ten shots\nModel: flipbook\nLength: 2s\nSize: 160x96\nFrame rate: 8\n\n"));

    private static bool HasFfmpeg()
    {
        try
        {
            using var ffmpeg = Process.Start(
                new ProcessStartInfo("ffmpeg", ["-version"]) { RedirectStandardOutput = true })!;
            ffmpeg.StandardOutput.ReadToEnd();
            ffmpeg.WaitForExit();
            return ffmpeg.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
