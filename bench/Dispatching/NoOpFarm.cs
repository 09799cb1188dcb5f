using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RenderFarm.Benchmarks.Processes;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;

namespace RenderFarm.Benchmarks.Dispatching;

/// <summary>
/// A real Broker in a process of its own, and no-op workers and a no-op stitcher in this one, that
/// keep the whole protocol: claim, acknowledge, commit record, report.
/// </summary>
internal sealed class NoOpFarm : IAsyncDisposable
{
    private const int SubmitsAtATime = 8;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);

    private readonly IHost host;
    private readonly FarmProcess broker;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(2) };
    private readonly CancellationTokenSource stopping = new();
    private readonly Task working;
    private int seed;

    private NoOpFarm(IHost host, FarmProcess broker, Uri door, int workerCount)
    {
        this.host = host;
        this.broker = broker;
        http.BaseAddress = door;
        working = ActivatorUtilities
            .CreateInstance<NoOpWorkers>(host.Services, NoOpWorkers.Queue, FarmQueues.Shots)
            .RunAsync(workerCount, stopping.Token);
    }

    /// <summary>The Broker's own processor time so far.</summary>
    public TimeSpan BrokerTime => broker.ProcessorTime;

    public static async Task<NoOpFarm> StartAsync(
        ServerSet servers,
        string folder,
        int workerCount,
        Reaper reaper,
        CancellationToken cancellationToken)
    {
        var store = Path.Combine(folder, "store");
        var door = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var broker = new FarmProcess(
            "broker",
            Path.Combine(AppContext.BaseDirectory, "RenderFarm.Broker.dll"),
            new Dictionary<string, string>(servers.Settings)
            {
                ["Storage__Folder"] = store,
                ["ASPNETCORE_URLS"] = door.AbsoluteUri,
                ["Jobs__MaxShots"] = "10000",
                ["Jobs__DefaultModel"] = NoOpWorkers.Model.Name,
                ["Logging__LogLevel__RenderFarm"] = "Warning",
            },
            Path.Combine(folder, "broker.log"),
            reaper,
            TimeProvider.System);
        broker.Start();

        var host = BuildHost(servers, store, builder =>
        {
            builder.AddFarmRequestClient<ClaimShot>(FarmQueues.Shots, Longest);
            builder.AddFarmConsumer<NoOpStitcher>(FarmQueues.Stitch);
        });
        await host.StartAsync(cancellationToken);
        await host.Services.GetRequiredService<IObjectStore>().PutIfAbsentAsync(
            ObjectKeys.ModelManifest(NoOpWorkers.Model.Name),
            JsonSerializer.SerializeToUtf8Bytes(NoOpWorkers.Model, FarmJson.Options),
            "application/json",
            cancellationToken);
        var farm = new NoOpFarm(host, broker, door, workerCount);
        await farm.ReadyAsync(cancellationToken);
        return farm;
    }

    /// <summary>
    /// This process on the servers' bus, with a folder for a store, and with the consumers and
    /// request clients that <paramref name="add"/> adds.
    /// </summary>
    public static IHost BuildHost(
        ServerSet servers, string store, Action<HostApplicationBuilder> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(servers.Settings
            .Append(KeyValuePair.Create("Storage__Folder", store))
            .Select(s => KeyValuePair.Create(
                s.Key.Replace("__", ":", StringComparison.Ordinal), (string?)s.Value)));
        builder.AddServiceDefaults("bench");
        builder.Logging.ClearProviders();
        builder.Services.AddStorage(builder.Configuration);
        add(builder);
        builder.AddFarmBus();
        return builder.Build();
    }

    /// <summary>Submits jobs and waits until the last is completed.</summary>
    /// <returns>From the first submit on.</returns>
    public async Task<TimeSpan> RunAsync(
        int jobCount, int shotCount, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(Longest);
        await using var events = await host.Services.GetRequiredService<IEventExchange>()
            .SubscribeAsync($"job.*.*.{nameof(JobCompleted)}", late.Token);
        var ended = events.ReadAllAsync(late.Token).Take(jobCount).CountAsync(late.Token);
        var texts = Enumerable.Range(0, jobCount).Select(_ => Film(shotCount)).ToList();

        var start = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(
            texts,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = SubmitsAtATime,
                CancellationToken = late.Token,
            },
            async (text, token) => await SubmitAsync(text, token));
        await ended;
        return TimeProvider.System.GetElapsedTime(start);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
        await broker.DisposeAsync();
        http.Dispose();
        stopping.Dispose();
    }

    /// <summary>Shots that no other film has, so that none is cached.</summary>
    private string Film(int shotCount)
    {
        var text = new StringBuilder("[[film: length 1f]]\n");
        for (var shot = 0; shot < shotCount; shot++)
        {
            text.Append(CultureInfo.InvariantCulture, $"\na boat\n[[shot: seed {++seed}]]\n");
        }

        return text.ToString();
    }

    private async Task SubmitAsync(string text, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync(
            new Uri("v1/jobs", UriKind.Relative),
            new SubmitJob { Script = new Script { Format = ScriptFormat.Text, Text = text } },
            FarmJson.Options,
            cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            var said = await answer.Content.ReadAsStringAsync(cancellationToken);
            throw new InvalidOperationException(said[..Math.Min(said.Length, 2000)]);
        }
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var health = new Health(TimeProvider.System);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(Longest);
        await health.UntilReadyAsync(http.BaseAddress!, late.Token);
    }
}
