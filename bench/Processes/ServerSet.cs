using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RenderFarm.Cli.Farms;
using RenderFarm.Cli.Local;
using RenderFarm.Storage;
using RenderFarm.Storage.S3;

namespace RenderFarm.Benchmarks.Processes;

/// <summary>
/// RabbitMQ, Redis (a file append and a flush for every write) and perhaps an S3 server, on
/// loopback, through the scripts of <c>deploy/local</c>; each can be killed and started again.
/// </summary>
internal sealed class ServerSet(string folder, Reaper reaper)
{
    private const int StartTryCount = 3;

    public IReadOnlyDictionary<string, string> Settings { get; private set; } =
        new Dictionary<string, string>();

    public int RabbitPort { get; private set; }

    /// <summary>RabbitMQ's management, on the port after its own.</summary>
    public Uri Management => new($"http://127.0.0.1:{RabbitPort + 1}/api/");

    public int RedisPort => RabbitPort + 5;

    public int S3Port => RabbitPort + 6;

    /// <summary>Starts some of <c>rabbitmq,redis,s3</c>.</summary>
    public async Task StartAsync(string only, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        for (var tryNumber = 1; ; tryNumber++)
        {
            try
            {
                await RunAsync(
                    "servers.sh", cancellationToken, "start", folder, "--store", "memstore",
                    "--only", only);
                break;
            }
            catch (IOException) when (tryNumber < StartTryCount)
            {
                // A machine with much else to do needs longer than the scripts wait; what they
                // began is stopped, so a store in memory has to begin anew.
                Directory.Delete(folder, recursive: true);
                Directory.CreateDirectory(folder);
            }
        }

        Settings = FarmSettings.Read(folder);
        var choice = await File.ReadAllLinesAsync(
            Path.Combine(folder, "choice.env"), cancellationToken);
        RabbitPort = int.Parse(
            choice.Single(l => l.StartsWith("base=", StringComparison.Ordinal))[5..],
            CultureInfo.InvariantCulture);
    }

    /// <summary>The S3 server's store.</summary>
    public S3Store OpenStore(TimeProvider time) => new(
        new S3Options
        {
            Endpoint = Settings["Storage__S3__Endpoint"],
            Bucket = Settings["Storage__S3__Bucket"],
            AccessKey = Settings["Storage__S3__AccessKey"],
            SecretKey = Settings["Storage__S3__SecretKey"],
            Timeout = TimeSpan.FromSeconds(20),
        },
        time,
        NullLogger<S3Store>.Instance);

    /// <summary>Starts a Prometheus that scrapes one Broker every second.</summary>
    /// <returns>Its address.</returns>
    public async Task<Uri> StartPrometheusAsync(Uri broker, CancellationToken cancellationToken)
    {
        var place = Path.Combine(folder, "prometheus");
        var targets = Directory.CreateDirectory(Path.Combine(place, "targets"));
        await File.WriteAllTextAsync(
            Path.Combine(targets.FullName, "farm.json"),
            JsonSerializer.Serialize(new[]
            {
                new
                {
                    targets = new[] { broker.Authority },
                    labels = new { service = "broker", instance = "broker-1" },
                },
            }),
            cancellationToken);
        var port = Ports.Free();
        await RunAsync(
            "prometheus-start.sh", cancellationToken,
            place, port.ToString(CultureInfo.InvariantCulture));
        return new Uri($"http://127.0.0.1:{port}/");
    }

    /// <summary>kill -9 of one server, by the pid that it wrote down itself.</summary>
    public async Task KillAsync(FarmServer server, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, server switch
        {
            FarmServer.Rabbit => "rabbitmq/rabbitmq.pid",
            FarmServer.Redis => "redis/redis.pid",
            _ => "s3/run/client.rgw.pid",
        });
        var text = await File.ReadAllTextAsync(file, cancellationToken);
        Signals.Send(int.Parse(text, CultureInfo.InvariantCulture), "KILL");
    }

    /// <summary>Starts one server again, with what it kept.</summary>
    public Task RestartAsync(FarmServer server, CancellationToken cancellationToken) =>
        server switch
        {
            FarmServer.Rabbit => RunAsync(
                "rabbitmq-start.sh", cancellationToken,
                [
                    Path.Combine(folder, "rabbitmq"),
                    $"farm{RabbitPort}",
                    .. Enumerable.Range(0, 5).Select(Port),
                ]),
            FarmServer.Redis => RunAsync(
                "redis-start.sh", cancellationToken, Path.Combine(folder, "redis"), Port(5)),
            _ => RunAsync(
                "rgw-start.sh", cancellationToken,
                Path.Combine(folder, "s3"), Port(6), Port(7), Port(8), Port(19), "memstore"),
        };

    private string Port(int offset) =>
        (RabbitPort + offset).ToString(CultureInfo.InvariantCulture);

    private async Task RunAsync(
        string script, CancellationToken cancellationToken, params string[] arguments)
    {
        var path = InstallFolder.Find(Path.Combine("deploy", "local", script));
        var said = Path.Combine(folder, "scripts.log");
        // Into a file: a daemon that the script starts would keep a pipe open.
        var start = new ProcessStartInfo("bash")
        {
            ArgumentList =
            {
                "-c", "said=$1; shift; exec bash \"$@\" >> \"$said\" 2>&1", "-", said, path,
            },
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // A machine with much else to do: a slow start is no reason to give up.
        start.Environment["RMQ_START_SECONDS"] = "300";
        reaper.Mark(start);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new IOException(
                $"{script} failed: {await File.ReadAllTextAsync(said, cancellationToken)}");
        }
    }
}
