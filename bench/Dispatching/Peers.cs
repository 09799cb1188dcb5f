using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using RenderFarm.Benchmarks.Processes;
using RenderFarm.Cli.Local;

namespace RenderFarm.Benchmarks.Dispatching;

/// <summary>The same split and join by others, on the same servers.</summary>
internal static class Peers
{
    /// <summary>BullMQ's flows; its workers are one process.</summary>
    /// <returns>The seconds of every round, and what they cost.</returns>
    public static Task<(IReadOnlyList<double> Seconds, string Cost)> BullAsync(
        ServerSet servers, Load load, Reaper reaper, CancellationToken cancellationToken) =>
        ReadAsync(
            Start(reaper, "node", new Dictionary<string, string>(), Text(
                [
                    InstallFolder.Find("bench/peers/bullmq.mjs"), servers.RedisPort,
                    load.JobCount, load.ShotCount, load.RoundCount, load.Concurrency,
                ])),
            load,
            reaper,
            cancellationToken);

    /// <summary>Celery's chords on threads; its workers are one process.</summary>
    /// <returns>The seconds of every round, and what they cost.</returns>
    public static async Task<(IReadOnlyList<double> Seconds, string Cost)> CeleryAsync(
        ServerSet servers, Load load, Reaper reaper, CancellationToken cancellationToken)
    {
        var script = InstallFolder.Find("bench/peers/celery_noop.py");
        var environment = new Dictionary<string, string>
        {
            ["PEER_RABBIT"] = servers.Settings["Bus__Url"],
            ["PEER_REDIS"] = string.Create(CultureInfo.InvariantCulture,
                $"redis://127.0.0.1:{servers.RedisPort}/1"),
            ["PYTHONPATH"] = Path.GetDirectoryName(script)!,
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        };
        // Debian's Python, because Celery is its package.
        const string Python = "/usr/bin/python3";
        using var worker = Start(reaper, Python, environment, Text(
            [
                "-m", "celery", "-A", "celery_noop", "worker", "-P", "threads", "-c",
                load.Concurrency, "-l", "ERROR", "--without-gossip", "--without-mingle",
                "--without-heartbeat",
            ]));
        // The environment bears this run's tag, so that the reaper ends it, too.
        var banner = worker.StandardOutput.ReadToEndAsync(cancellationToken);
        try
        {
            return await ReadAsync(
                Start(reaper, Python, environment, Text(
                    [script, load.JobCount, load.ShotCount, load.RoundCount])),
                load,
                reaper,
                cancellationToken);
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
            await banner;
        }
    }

    private static string[] Text(object[] arguments) =>
        [.. arguments.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture)!)];

    private static Process Start(
        Reaper reaper,
        string program,
        IReadOnlyDictionary<string, string> environment,
        string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        reaper.Mark(start);
        return Process.Start(start)!;
    }

    private static async Task<(IReadOnlyList<double> Seconds, string Cost)> ReadAsync(
        Process process, Load load, Reaper reaper, CancellationToken cancellationToken)
    {
        using (process)
        {
            var rounds = new List<double>();
            var warm = Effort.Read(reaper);
            while (rounds.Count < load.RoundCount
                && await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                rounds.Add((double)JsonNode.Parse(line)!["seconds"]!);
                warm = rounds.Count == 1 ? Effort.Read(reaper) : warm;
            }

            var cost = load.Cost(warm, Effort.Read(reaper));
            // It waits for this, so that what it spent could be read.
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 && rounds.Count == load.RoundCount
                ? (rounds, cost)
                : throw new InvalidOperationException(
                    $"a peer ended with code {process.ExitCode}; are bench/peers' packages there "
                    + "(npm ci in bench/peers; apt-get install python3-celery python3-redis)?");
        }
    }
}
