using System.Globalization;
using RenderFarm.Benchmarks.Processes;
using RenderFarm.Broker.Jobs;
using RenderFarm.Cli;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>
/// <c>bench/chaos</c>: films on a farm of real processes and servers that are killed, frozen and
/// cut off at random, and then a comparison with the same films undisturbed.
/// </summary>
internal sealed class ChaosRun(ChaosSettings settings, TimeProvider time)
{
    private const int Violated = 1;
    private static readonly TimeSpan SayPeriod = TimeSpan.FromSeconds(10);

    private readonly string tenantId = new JobReaderOptions().TenantId;
    private readonly long begun = time.GetTimestamp();

    /// <returns>An exit code: 0 when everything held.</returns>
    /// <exception cref="UsageException">The command line cannot be read.</exception>
    public static Task<int> RunAsync(string[] arguments, CancellationToken interrupt)
    {
        var time = TimeProvider.System;
        return new ChaosRun(ChaosSettings.Read(arguments, time), time).RunAsync(interrupt);
    }

    private async Task<int> RunAsync(CancellationToken interrupt)
    {
        var folder = Directory.CreateTempSubdirectory("renderfarm-chaos-").FullName;
        await using var reaper = new Reaper(folder);
        await using var farm = new ChaosFarm(folder, reaper, time);
        Say($"seed {settings.Seed}; starting servers and services");
        await farm.StartAsync(settings.WorkerCount, interrupt);

        using var desk = new JobDesk(farm.Doors, time);
        using var script = new FaultScript(farm, new Chance(~settings.Seed), time);
        var watch = new ClipWatch(farm.Store, tenantId, time);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        var looking = watch.RunAsync(watching.Token);
        var settled = await DisturbAsync(desk, script, interrupt);
        await watching.CancelAsync();
        await looking;

        Directory.CreateDirectory(Path.Combine(folder, "check"));
        var end = time.GetUtcNow();
        var log = AttemptLog.Read(
            farm.Brokers.Select(p => p.LogFile), farm.Workers.Select(p => p.LogFile));
        foreach (var process in farm.Processes)
        {
            process.Freeze(); // The processor is the comparison's now; logs and store stay.
        }

        await using var calm = await CalmFilms.StartAsync(
            Path.Combine(folder, "calm"), interrupt);
        var check = new ChaosCheck(farm.Store, tenantId, Path.Combine(folder, "check"), calm);
        await check.CheckAsync(desk.Jobs, watch, log, Say, interrupt);
        var toll = Toll.Of(
            log.Attempts,
            watch.Clips.Values.Select(clip => clip.AttemptId).ToHashSet(),
            script.Faults,
            end);
        return Conclude(farm, desk, script, check, ChaosReport.Write(
            settings, script.Faults, desk.Jobs, check, toll, settled,
            [.. farm.Processes.Where(process => process.OwnEndCount > 0)]));
    }

    /// <summary>Submits films amid faults, then waits for the films without faults.</summary>
    /// <returns>How long the last job needed after the last fault.</returns>
    private async Task<TimeSpan> DisturbAsync(
        JobDesk desk, FaultScript script, CancellationToken interrupt)
    {
        using var faulting = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        using var saying = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        var progress = SayProgressAsync(desk, script, saying.Token);
        faulting.CancelAfter(settings.Duration);
        await Task.WhenAll(
            script.RunAsync(faulting.Token),
            desk.RunAsync(new Films(new Chance(settings.Seed)).Next, faulting.Token));
        interrupt.ThrowIfCancellationRequested();

        Say("the faults are over");
        var calm = time.GetTimestamp();
        using var settling = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        settling.CancelAfter(settings.Settle);
        await desk.SettleAsync(settling.Token);
        interrupt.ThrowIfCancellationRequested();
        await saying.CancelAsync();
        await progress;
        return time.GetElapsedTime(calm);
    }

    private int Conclude(
        ChaosFarm farm, JobDesk desk, FaultScript script, ChaosCheck check, string report)
    {
        Console.WriteLine(report);
        if (settings.ReportFile is { } file)
        {
            File.WriteAllText(file, report);
        }

        var holds = check.Violations.Count == 0;
        if (settings.KeepsLogs || !holds)
        {
            KeepLogs(farm, desk, script);
        }

        if (holds)
        {
            return ExitCode.Done;
        }

        Say($"VIOLATED, seed {settings.Seed}; logs are in {settings.LogFolder}");
        return Violated;
    }

    private void KeepLogs(ChaosFarm farm, JobDesk desk, FaultScript script)
    {
        Directory.CreateDirectory(settings.LogFolder);
        foreach (var log in Directory.EnumerateFiles(farm.LogFolder))
        {
            File.Copy(log, Path.Combine(settings.LogFolder, Path.GetFileName(log)), true);
        }

        File.WriteAllLines(Path.Combine(settings.LogFolder, "faults.txt"), script.Faults.Select(
            f => string.Create(CultureInfo.InvariantCulture,
                $"{f.At:HH:mm:ss.fff} to {f.Over:HH:mm:ss.fff} {f.Kind} {f.Target}"))
            .Concat(script.Troubles));
        File.WriteAllLines(Path.Combine(settings.LogFolder, "jobs.txt"), desk.Jobs.Select(
            job => $"{job.JobId} {job.Kind} {job.Snapshot?.Status}\n{job.Text}"));
    }

    private async Task SayProgressAsync(
        JobDesk desk, FaultScript script, CancellationToken until)
    {
        using var timer = new PeriodicTimer(SayPeriod, time);
        try
        {
            while (await timer.WaitForNextTickAsync(until))
            {
                var done = desk.Jobs.Count(
                    job => job.Snapshot?.Status == JobStatus.Completed);
                Say(string.Create(CultureInfo.InvariantCulture,
                    $"{script.Faults.Count} faults, {desk.Jobs.Count} jobs, {done} completed"));
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
        }
    }

    private void Say(string sentence) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{time.GetElapsedTime(begun):hh\\:mm\\:ss} {sentence}"));
}
