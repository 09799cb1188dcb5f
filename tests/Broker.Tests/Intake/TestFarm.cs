using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Tests.Jobs;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Tests.Intake;

/// <summary>
/// A farm in one process: the real Broker with all its loops on the real bus in memory and a
/// folder, with workers and a stitcher that make no pictures.
/// </summary>
internal sealed class TestFarm : IAsyncDisposable
{
    private readonly IHost host;

    private TestFarm(IHost host) => this.host = host;

    public JobIntake Intake => host.Services.GetRequiredService<JobIntake>();

    public IObjectStore Objects => host.Services.GetRequiredService<IObjectStore>();

    public static async Task<TestFarm> StartAsync(
        string folder, int workerCount, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
            settings.Append(("Storage:Folder", folder))
                .Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2)));
        builder.AddBroker();
        builder.AddFarmRequestClient<ClaimShot>(FarmQueues.Shots);
        builder.AddFarmRequestClient<RenewLease>(FarmQueues.Shots);
        builder.AddFarmRequestClient<GetJob>(FarmQueues.Requests);
        builder.AddFarmConsumer<FakeStitcher>(FarmQueues.Stitch);
        builder.AddFarmBus();
        for (var number = 1; number <= workerCount; number++)
        {
            var workerId = $"worker-{number}";
            builder.Services.AddSingleton<IHostedService>(services =>
                ActivatorUtilities.CreateInstance<FakeWorker>(services, workerId));
        }

        var farm = new TestFarm(builder.Build());
        await farm.Objects.PutIfAbsentAsync(
            ObjectKeys.ModelManifest(Desk.Flipbook.Name),
            JsonSerializer.SerializeToUtf8Bytes(Desk.Flipbook, FarmJson.Options),
            "application/json",
            default);
        await farm.host.StartAsync();
        return farm;
    }

    /// <summary>Listens to a job from now on.</summary>
    public Task<IEventSubscription> ListenAsync(string jobId) =>
        host.Services.GetRequiredService<IEventExchange>()
            .SubscribeAsync($"job.*.{jobId}.#", default);

    /// <summary>Events of a job until one of this type, which is the last.</summary>
    public static async Task<List<FarmEvent>> ReadUntilAsync(
        IEventSubscription events, string type)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var read = new List<FarmEvent>();
        await foreach (var farmEvent in events.ReadAllAsync(late.Token))
        {
            read.Add(farmEvent);
            if (farmEvent.Type == type)
            {
                break;
            }
        }

        return read;
    }

    public async Task<JobSnapshot> AskAsync(string jobId)
    {
        var client = host.Services.GetRequiredService<IRequestClient<GetJob>>();
        var answer = await client.GetResponse<JobSnapshot>(new GetJob { JobId = jobId });
        return answer.Message;
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    /// <summary>Joins nothing; answers with a reel of the cut that it was given.</summary>
    internal sealed class FakeStitcher(IObjectStore objects, IFarmSender sender)
        : IConsumer<StitchReel>
    {
        public async Task Consume(ConsumeContext<StitchReel> context)
        {
            var order = context.Message;
            var cut = JsonSerializer.Deserialize<CutList>(
                (await objects.TryGetAsync(order.CutListKey, 1 << 24, context.CancellationToken))!,
                FarmJson.Options)!;
            var reel = Dispatch.Reels.Of(
                order.JobId, [.. cut.Entries.Select(e => e.Clip?.AttemptId).OfType<string>()])
                with
                {
                    MissingShotIds =
                        [.. cut.Entries.Where(e => e.Clip is null).Select(e => e.ShotId)],
                };
            await objects.PutIfAbsentAsync(
                ObjectKeys.FinalReel(order.TenantId, order.JobId, order.Revision),
                JsonSerializer.SerializeToUtf8Bytes(reel, FarmJson.Options),
                "application/json",
                context.CancellationToken);
            await sender.SendAsync(
                FarmQueues.Reels, new ReelStitched { Reel = reel }, context.CancellationToken);
        }
    }
}
