using System.Globalization;
using RenderFarm.Benchmarks.Processes;
using RenderFarm.Cli;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Benchmarks.Scaled;

/// <summary>
/// <c>bench/scale</c>: a pool of worker processes goes from none to its most and back, twice, by
/// the chart's rule and the farm's own measure, while jobs come and are rendered.
/// </summary>
internal sealed class ScaleRun(ScaleSettings settings, TimeProvider time)
{
    private const int Violated = 1;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    private readonly long begun = time.GetTimestamp();

    /// <returns>An exit code: 0 when everything held.</returns>
    /// <exception cref="UsageException">The command line cannot be read.</exception>
    public static Task<int> RunAsync(string[] arguments, CancellationToken interrupt) =>
        new ScaleRun(ScaleSettings.Read(arguments), TimeProvider.System).RunAsync(interrupt);

    private async Task<int> RunAsync(CancellationToken interrupt)
    {
        var folder = Directory.CreateTempSubdirectory("renderfarm-scale-").FullName;
        await using var reaper = new Reaper(folder);
        var chance = new Chance(settings.Seed);
        await using var farm = new ScaleFarm(folder, settings.Grace, chance, reaper, time);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        late.CancelAfter(Longest);
        Say("rendering the chart; starting servers, a Broker, a stitcher and one worker");
        var terms = await PoolChart.ReadAsync(
            Path.Combine(folder, "chart"), settings.Speed, late.Token);
        await farm.StartAsync(late.Token);
        using var desk = new JobDesk([farm.Door], time);
        var load = new ScaleLoad(desk, chance);
        await load.RenderFirstAsync(late.Token);

        using var scaler = new Autoscaler(terms, farm.Prometheus, farm.Pool, time);
        using var scaling = CancellationTokenSource.CreateLinkedTokenSource(late.Token);
        var looking = scaler.RunAsync(scaling.Token);
        await UntilAsync(farm, 0, late.Token);
        Say("no workers; twelve films come");
        await load.RenderManyAsync(late.Token);
        Say($"rendered, with {farm.Pool.MostCount} workers at most; films come three by three");
        await load.RenderFewAsync(late.Token);
        await UntilAsync(farm, 0, late.Token);
        Say("no workers; the same again");
        await load.RenderManyAsync(late.Token);
        await load.RenderFewAsync(late.Token);
        await UntilAsync(farm, 0, late.Token);
        await scaling.CancelAsync();
        await looking;
        var killedCount = await farm.Pool.StoppedAsync();

        KeepLogs(farm);
        return Conclude(farm, desk, scaler, terms, killedCount);
    }

    private int Conclude(
        ScaleFarm farm, JobDesk desk, Autoscaler scaler, ScalerTerms terms, int killedCount)
    {
        var attempts = AttemptLog.Read(
            [farm.BrokerLog], farm.Pool.All.Select(worker => worker.LogFile));
        var toll = ScaleToll.Of(attempts, farm.Pool.Stops);
        var report = ScaleReport.Write(settings, terms, farm, desk, scaler, toll, killedCount);
        Console.WriteLine(report);
        if (settings.ReportFile is { } file)
        {
            File.WriteAllText(file, report);
        }

        var holds = farm.Pool.MostCount == terms.Most && toll.LostCount == 0 && killedCount == 0
            && farm.Pool.All.All(worker => worker.OwnEndCount == 0)
            && desk.Jobs.All(job => job.Snapshot?.Status == JobStatus.Completed);
        if (!holds)
        {
            Say("VIOLATED: an attempt was lost, a worker was killed or fell, or a film failed");
        }

        return holds ? ExitCode.Done : Violated;
    }

    private void KeepLogs(ScaleFarm farm)
    {
        if (settings.LogFolder is { } folder)
        {
            Directory.CreateDirectory(folder);
            foreach (var log in Directory.EnumerateFiles(farm.LogFolder))
            {
                File.Copy(log, Path.Combine(folder, Path.GetFileName(log)), true);
            }
        }
    }

    private async Task UntilAsync(ScaleFarm farm, int count, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), time);
        while (farm.Pool.Count != count)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private void Say(string sentence) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{time.GetElapsedTime(begun):hh\\:mm\\:ss} {sentence}"));
}
