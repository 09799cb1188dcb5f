using System.Globalization;
using RenderFarm.Cli.Display;
using RenderFarm.Cli.Farms;
using RenderFarm.Cli.Films;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Worker.Rendering;

namespace RenderFarm.Benchmarks;

/// <summary>
/// Wall time of an embedded film over the time inside ONNX Runtime in it: what all the rest of the
/// farm costs.
/// </summary>
internal static class FilmBenchmark
{
    public static async Task<string> RunAsync()
    {
        using var place = new Place();
        var time = TimeProvider.System;
        var source = await FilmSource.OpenAsync(
            await BenchFilm.WriteAsync(place.Folder), CancellationToken.None);
        var started = time.GetTimestamp();
        await using var farm = await EmbeddedFarm.StartAsync(
            new EmbeddedFarmSettings(Path.Combine(place.Folder, "store"), null, "cpu"),
            CancellationToken.None);
        var models = farm.Services.GetRequiredService<LoadedModels>();
        var loaded = time.GetElapsedTime(started);
        var before = models.OnnxTime;

        var filming = time.GetTimestamp();
        var run = new FilmRun(farm, new PlainDisplay(TextWriter.Null, Console.Error, time));
        var job = $"bench-{Guid.CreateVersion7():n}";
        await using var events = await farm.ListenAsync(job, CancellationToken.None);
        var accepted = await run.SubmitAsync(
            source, job, JobPriority.Normal, CancellationToken.None);
        await run.WatchAsync(
            accepted!, events, Path.Combine(place.Folder, "film"), CancellationToken.None);
        var wall = time.GetElapsedTime(filming);
        var onnx = models.OnnxTime - before;
        return string.Create(CultureInfo.InvariantCulture,
            $"film: {wall.TotalSeconds:0.00} s from submit to film, " +
            $"{onnx.TotalSeconds:0.00} s of them inside ONNX Runtime: " +
            $"ratio {wall / onnx:0.000}; start and load before it " +
            $"{loaded.TotalSeconds:0.00} s");
    }
}
