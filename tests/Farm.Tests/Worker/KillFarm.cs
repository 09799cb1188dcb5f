using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Farm.Tests.Bus;
using RenderFarm.Servers;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;
using RenderFarm.Storage.S3;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>
/// RabbitMQ, S3 behind a gate, and the Broker's end of the bus without its rules: all that workers
/// need who are processes of their own, and who are to be killed.
/// </summary>
internal sealed class KillFarm : IAsyncDisposable
{
    private const string JobId = "job-1";

    private readonly Dictionary<string, string> settings;
    private readonly BusHost bus;

    private KillFarm(
        Dictionary<string, string> settings, StoreGate gate, BusHost bus, FakeBroker broker)
    {
        (this.settings, Gate, this.bus, Broker) = (settings, gate, bus, broker);
        Store = new S3Store(
            new S3Options
            {
                Endpoint = settings["Storage__S3__Endpoint"],
                Bucket = settings["Storage__S3__Bucket"],
                AccessKey = settings["Storage__S3__AccessKey"],
                SecretKey = settings["Storage__S3__SecretKey"],
            },
            TimeProvider.System,
            NullLogger<S3Store>.Instance);
    }

    public FakeBroker Broker { get; }

    public StoreGate Gate { get; }

    public IObjectStore Store { get; }

    public static async Task<KillFarm> StartAsync(LocalServers servers)
    {
        var settings = (await servers.SettingsAsync()).ToDictionary();
        var gate = new StoreGate(new Uri(settings["Storage__S3__Endpoint"]));
        settings["Bus__Url"] = await VirtualHost.CreateAsync(servers, default);
        settings["Storage__S3__Endpoint"] = gate.Endpoint.GetLeftPart(UriPartial.Authority);
        settings["Storage__S3__Bucket"] = $"killed-{Guid.NewGuid():n}";
        // Every step, so that what is lost is what comes after the last one that was written.
        settings["Worker__CheckpointPeriod"] = "00:00:00.001";
        var broker = new FakeBroker { LeaseDuration = TimeSpan.FromMilliseconds(300) };
        var bus = await BusHost.StartAsync(settings["Bus__Url"], default, builder =>
        {
            builder.Services.AddSingleton(broker);
            builder.AddFarmConsumer<FakeBrokerConsumer>(FarmQueues.Shots);
        });
        var farm = new KillFarm(settings, gate, bus, broker);
        await ((S3Store)farm.Store).EnsureBucketAsync(default);
        return farm;
    }

    /// <summary>Starts a worker.</summary>
    public WorkerProcess Start(string workerId, params (string Name, string Value)[] more) => new(
        settings
            .Append(new("Worker__Id", workerId))
            .Concat(more.Select(one => KeyValuePair.Create(one.Name, one.Value))));

    /// <summary>A shot that some worker may claim; once more where its worker is gone.</summary>
    public Task IssueAsync(ShotTask task)
    {
        Broker.Offer(JobId, task);
        var ticket = new RenderShot { JobId = JobId, ShotIndex = 0, DispatchId = "dispatch-1" };
        return bus.Tickets.PublishAsync(
            FarmQueues.Render(task.Model, task.ModelDigest, task.NumericsProfile),
            Guid.NewGuid().ToString(),
            JsonSerializer.SerializeToUtf8Bytes(ticket, FarmJson.Options),
            default);
    }

    /// <summary>Ends at the first renewal that is so.</summary>
    public Task RenewedAsync(Func<RenewLease, bool> condition)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Broker.Direct = renewal =>
        {
            if (condition(renewal))
            {
                seen.TrySetResult();
            }

            return LeaseDirective.Continue;
        };
        return seen.Task.WaitAsync(TimeSpan.FromMinutes(3));
    }

    /// <summary>Whether a checkpoint of some shot was written.</summary>
    public bool HasCheckpoint() => Gate.Done.Any(one =>
        one.StartsWith("PUT ", StringComparison.Ordinal)
        && one.Contains("/checkpoints/", StringComparison.Ordinal));

    /// <summary>The step of the checkpoint that a shot has; null where it has none.</summary>
    public async Task<int?> CheckpointStepAsync(
        ShotTask task, VideoRequest request, VideoPipeline pipeline)
    {
        await foreach (var found in Store.ListAsync(
            ObjectKeys.Checkpoints("test", task.RenderKey), default))
        {
            var bytes = await Store.TryGetAsync(found.Key, int.MaxValue, default);
            return pipeline.ReadCheckpoint(bytes!, request).StepNumber;
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await Gate.DisposeAsync();
        await bus.DisposeAsync();
        ((IDisposable)Store).Dispose();
    }
}
