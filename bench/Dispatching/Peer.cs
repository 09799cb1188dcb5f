using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using RenderFarm.Benchmarks.Processes;
using RenderFarm.Cli.Local;

namespace RenderFarm.Benchmarks.Dispatching;

/// <summary>
/// The same split and join by others, on the same servers: a program that does a round for each
/// line that it reads, and says how many seconds it took.
/// </summary>
internal sealed class Peer : IAsyncDisposable
{
    // Debian's Python, because Celery is its package.
    private const string Python = "/usr/bin/python3";

    private readonly Process program;
    private readonly Process? worker;

    private Peer(Process program, Process? worker)
    {
        this.program = program;
        this.worker = worker;
    }

    /// <summary>BullMQ's flows; its workers are one process, which it starts itself.</summary>
    public static Peer StartBull(ServerSet servers, Load load, Reaper reaper) => new(
        Start(
            reaper,
            "node",
            new Dictionary<string, string>(),
            InstallFolder.Find("bench/peers/bullmq.mjs"),
            servers.RedisPort,
            load.JobCount,
            load.ShotCount,
            load.Concurrency),
        worker: null);

    /// <summary>Celery's chords; its workers are threads of one process.</summary>
    public static Peer StartCelery(ServerSet servers, Load load, Reaper reaper)
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
        var worker = Start(
            reaper, Python, environment, "-m", "celery", "-A", "celery_noop", "worker", "-P",
            "threads", "-c", load.Concurrency, "-l", "ERROR", "--without-gossip",
            "--without-mingle", "--without-heartbeat");
        // Its banner, which nobody wants to read, must not fill the pipe.
        worker.OutputDataReceived += (_, _) => { };
        worker.BeginOutputReadLine();
        return new Peer(
            Start(reaper, Python, environment, script, load.JobCount, load.ShotCount), worker);
    }

    /// <summary>One round.</summary>
    public async Task<TimeSpan> RunAsync(CancellationToken cancellationToken)
    {
        await program.StandardInput.WriteLineAsync(ReadOnlyMemory<char>.Empty, cancellationToken);
        await program.StandardInput.FlushAsync(cancellationToken);
        var line = await program.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException(
                "a peer ended; are bench/peers' packages there (npm ci in bench/peers; apt-get "
                + "install python3-celery python3-redis)?");
        return TimeSpan.FromSeconds((double)JsonNode.Parse(line)!["seconds"]!);
    }

    public async ValueTask DisposeAsync()
    {
        program.StandardInput.Close();
        await program.WaitForExitAsync();
        program.Dispose();
        worker?.Kill(entireProcessTree: true);
        worker?.Dispose();
    }

    private static Process Start(
        Reaper reaper,
        string program,
        Dictionary<string, string> environment,
        params object[] arguments)
    {
        var start = new ProcessStartInfo(
            program,
            arguments.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture)!))
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
}
