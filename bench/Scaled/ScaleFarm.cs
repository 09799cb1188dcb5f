using System.Globalization;
using RenderFarm.Benchmarks.Processes;
using RenderFarm.Storage;

namespace RenderFarm.Benchmarks.Scaled;

/// <summary>
/// Servers, a Broker, a stitcher and a Prometheus that stay, and a pool of workers that does not.
/// </summary>
internal sealed class ScaleFarm : IAsyncDisposable
{
    // A worker is killed 8 s after its grace time, in a pod as here.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(8);

    private readonly string folder;
    private readonly TimeSpan grace;
    private readonly Reaper reaper;
    private readonly TimeProvider time;
    private readonly ServerSet servers;
    private readonly List<FarmProcess> lasting = [];

    public ScaleFarm(
        string folder, TimeSpan grace, Chance chance, Reaper reaper, TimeProvider time)
    {
        (this.folder, this.grace, this.reaper, this.time) = (folder, grace, reaper, time);
        servers = new ServerSet(Path.Combine(folder, "servers"), reaper);
        Pool = new WorkerPool(CreateWorker, grace + Margin, chance, time);
    }

    public WorkerPool Pool { get; }

    /// <summary>Where the Broker listens.</summary>
    public Uri Door { get; } = new($"http://127.0.0.1:{Ports.Free()}/");

    /// <summary>Where Prometheus listens.</summary>
    public Uri Prometheus { get; private set; } = null!;

    public string LogFolder => Path.Combine(folder, "log");

    public string BrokerLog => lasting[0].LogFile;

    /// <summary>
    /// Starts all but the workers, and one worker until the farm knows the model: a manifest in the
    /// store is what lets it take jobs for workers that are yet to come.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(LogFolder);
        await servers.StartAsync("rabbitmq,redis,s3", cancellationToken);
        lasting.Add(Create("broker", "broker", Door, new()
        {
            ["Broker__FirstShotTime"] = "00:00:05",
        }));
        lasting.Add(Create("stitcher", "stitcher", FreeAddress(), new()
        {
            ["Stitcher__ScratchFolder"] = Path.Combine(folder, "scratch", "stitcher"),
        }));
        lasting.ForEach(process => process.Start());
        using var health = new Health(time);
        await health.UntilReadyAsync(Door, cancellationToken);
        Prometheus = await servers.StartPrometheusAsync(Door, cancellationToken);

        Pool.ScaleTo(1);
        using var store = servers.OpenStore(time);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500), time);
        while (await store.TryHeadAsync(
            ObjectKeys.ModelManifest("flipbook"), cancellationToken) is null)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Pool.DisposeAsync();
        await Task.WhenAll(lasting.Select(process => process.DisposeAsync().AsTask()));
    }

    private FarmProcess CreateWorker(int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"worker-{number}");
        return Create("worker", name, FreeAddress(), new()
        {
            ["Worker__Id"] = name,
            ["Worker__Device"] = "cpu",
            ["Worker__GraceTime"] = grace.ToString("c", CultureInfo.InvariantCulture),
            ["Worker__ScratchFolder"] = Path.Combine(folder, "scratch", name),
        });
    }

    private FarmProcess Create(
        string kind, string name, Uri address, Dictionary<string, string> own)
    {
        var environment = new Dictionary<string, string>(servers.Settings)
        {
            ["ASPNETCORE_URLS"] = address.AbsoluteUri,
        };
        foreach (var (key, value) in own)
        {
            environment[key] = value;
        }

        var program = $"RenderFarm.{char.ToUpperInvariant(kind[0])}{kind[1..]}.dll";
        return new FarmProcess(
            name,
            Path.Combine(AppContext.BaseDirectory, program),
            environment,
            Path.Combine(LogFolder, $"{name}.log"),
            reaper,
            time);
    }

    private static Uri FreeAddress() => new($"http://127.0.0.1:{Ports.Free()}/");
}
