using System.Globalization;
using RenderFarm.Benchmarks.Processes;
using RenderFarm.Storage;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>
/// Two Brokers, some workers on the CPU and two stitchers, each a process of its own with a line of
/// its own to every server.
/// </summary>
internal sealed class ChaosFarm : IAsyncDisposable
{
    private const int BrokerCount = 2;
    private const int StitcherCount = 2;

    private readonly string folder;
    private readonly Reaper reaper;
    private readonly TimeProvider time;
    private readonly Health health;
    private readonly Dictionary<string, Uri> addresses = [];

    public ChaosFarm(string folder, Reaper reaper, TimeProvider time)
    {
        this.folder = folder;
        this.reaper = reaper;
        this.time = time;
        health = new(time);
        Servers = new ServerSet(Path.Combine(folder, "servers"), reaper);
    }

    /// <summary>
    /// Short leases and sweeps, so that a fault is over in seconds, and as many tries as can be
    /// set: here it is infrastructure that fails, over and over, and never the shot.
    /// </summary>
    public static IReadOnlyDictionary<string, string> ShortWaits { get; } =
        new Dictionary<string, string>
        {
            ["Broker__LeaseDuration"] = "00:00:06",
            ["Broker__SweepPeriod"] = "00:00:01",
            ["Broker__FirstDelay"] = "00:00:00.500",
            ["Broker__LongestDelay"] = "00:00:04",
            ["Broker__ClaimTime"] = "00:00:10",
            ["Broker__StitchTime"] = "00:00:15",
            ["Broker__SpecPeriod"] = "00:00:05",
            ["Broker__AttemptLimit"] = "20",
            ["Broker__WorkerLimit"] = "20",
            ["Broker__ReelLimit"] = "20",
            ["Worker__ClaimTime"] = "00:00:05",
            ["Worker__GraceTime"] = "00:00:05",
            ["Storage__S3__Timeout"] = "00:00:10",
        };

    public ServerSet Servers { get; }

    public string LogFolder => Path.Combine(folder, "log");

    public List<FarmProcess> Brokers { get; } = [];

    public List<FarmProcess> Workers { get; } = [];

    public List<FarmProcess> Stitchers { get; } = [];

    public IEnumerable<FarmProcess> Processes => [.. Brokers, .. Workers, .. Stitchers];

    public List<Link> Links { get; } = [];

    /// <summary>Where the Brokers listen, on lines that no fault touches.</summary>
    public List<Uri> Doors { get; } = [];

    /// <summary>The object store, on a line that no fault touches.</summary>
    public IObjectStore Store { get; private set; } = null!;

    public async Task StartAsync(int workerCount, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(LogFolder);
        await Servers.StartAsync("rabbitmq,redis,s3", cancellationToken);
        Store = Servers.OpenStore(time);
        for (var number = 1; number <= BrokerCount; number++)
        {
            var door = new Uri($"http://127.0.0.1:{Ports.Free()}");
            Doors.Add(door);
            Brokers.Add(Add("broker", number, new()
            {
                ["ASPNETCORE_URLS"] = door.AbsoluteUri,
                ["Redis__Url"] = $"127.0.0.1:{Line("broker", number, "Redis")}",
            }));
        }

        for (var number = 1; number <= workerCount; number++)
        {
            Workers.Add(Add("worker", number, new()
            {
                ["Worker__Id"] = $"worker-{number}",
                ["Worker__Device"] = "cpu",
                ["Worker__ScratchFolder"] = Path.Combine(folder, "scratch", $"worker-{number}"),
            }));
        }

        for (var number = 1; number <= StitcherCount; number++)
        {
            Stitchers.Add(Add("stitcher", number, new()
            {
                ["Stitcher__ScratchFolder"] =
                    Path.Combine(folder, "scratch", $"stitcher-{number}"),
            }));
        }

        await ReadyAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Processes.Select(p => p.DisposeAsync().AsTask()));
        foreach (var link in Links)
        {
            await link.DisposeAsync();
        }

        (Store as IDisposable)?.Dispose();
        health.Dispose();
    }

    /// <summary>Waits until a process has all that it needs, and says so.</summary>
    public Task UntilReadyAsync(FarmProcess process, CancellationToken cancellationToken) =>
        health.UntilReadyAsync(addresses[process.Name], cancellationToken);

    private FarmProcess Add(string kind, int number, Dictionary<string, string> own)
    {
        own.TryAdd("ASPNETCORE_URLS", string.Create(
            CultureInfo.InvariantCulture, $"http://127.0.0.1:{Ports.Free()}/"));
        own["Bus__Url"] = string.Create(CultureInfo.InvariantCulture,
            $"amqp://guest:guest@127.0.0.1:{Line(kind, number, "RabbitMQ")}/");
        own["Storage__S3__Endpoint"] = $"http://127.0.0.1:{Line(kind, number, "S3")}";
        var environment = new Dictionary<string, string>(Servers.Settings);
        environment.Remove("Redis__Url");
        foreach (var (key, value) in ShortWaits.Concat(own))
        {
            environment[key] = value;
        }

        var program = $"RenderFarm.{char.ToUpperInvariant(kind[0])}{kind[1..]}.dll";
        var process = new FarmProcess(
            $"{kind}-{number}",
            Path.Combine(AppContext.BaseDirectory, program),
            environment,
            Path.Combine(LogFolder, $"{kind}-{number}.log"),
            reaper,
            time);
        addresses[process.Name] = new Uri(own["ASPNETCORE_URLS"]);
        process.Start();
        return process;
    }

    private int Line(string kind, int number, string server)
    {
        var port = server switch
        {
            "RabbitMQ" => Servers.RabbitPort,
            "Redis" => Servers.RedisPort,
            _ => Servers.S3Port,
        };
        var link = new Link($"{kind}-{number} to {server}", port);
        Links.Add(link);
        return link.Port;
    }

    /// <summary>Waits until everybody is ready and the model is known.</summary>
    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(TimeSpan.FromMinutes(5));
        await Task.WhenAll(Processes.Select(process => UntilReadyAsync(process, late.Token)));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500), time);
        while (await Store.TryHeadAsync(ObjectKeys.ModelManifest("flipbook"), late.Token) is null)
        {
            await timer.WaitForNextTickAsync(late.Token);
        }
    }
}
