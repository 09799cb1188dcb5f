using System.Globalization;
using System.Text.Json;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.ServiceDefaults.Bus.Rabbit;
using RenderFarm.Storage;

namespace RenderFarm.Benchmarks.Dispatching;

/// <summary>
/// Workers that render nothing and do everything else: take a ticket, claim the shot, acknowledge,
/// write the commit record, report. Their tickets come through one consumer, because a real
/// worker's intake is on its own machine and not on this one. Their tickets are in one queue, and
/// what they tell goes to another.
/// </summary>
internal sealed class NoOpWorkers(
    string ticketQueue,
    string shotQueue,
    RabbitConnection connection,
    IRequestClient<ClaimShot> claims,
    IFarmSender sender,
    IObjectStore store)
{
    private static readonly TimeSpan AnnouncePeriod = TimeSpan.FromSeconds(5);

    /// <summary>A model that there is no network of.</summary>
    public static ModelManifest Model { get; } = new()
    {
        Name = "noop",
        Digest = new string('0', 64),
        Tasks = ["text-to-video", "single-frame"],
        Sizes = [new FrameSize(160, 96)],
        SizeMultiple = 16,
        MinimumSide = 64,
        MaximumSide = 256,
        DefaultFrameCount = 1,
        MaximumFrameCount = 33,
        FrameRate = new FrameRate(8, 1),
        DefaultStepCount = 1,
        MaximumStepCount = 1,
        DefaultGuidanceScale = 1,
        MaximumGuidanceScale = 1,
        Samplers = ["euler"],
    };

    /// <summary>Where the Broker puts tickets for that model.</summary>
    public static string Queue => FarmQueues.Render(Model.Name, Model.Digest, "cpu-fp32");

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(int workerCount, CancellationToken cancellationToken)
    {
        await using var channel = await connection.OpenChannelAsync(
            new CreateChannelOptions(
                publisherConfirmationsEnabled: false,
                publisherConfirmationTrackingEnabled: false,
                consumerDispatchConcurrency: (ushort)workerCount),
            cancellationToken);
        await RabbitTopology.DeclareQueueAsync(channel, ticketQueue, cancellationToken);
        await channel.BasicQosAsync(0, (ushort)workerCount, global: false, cancellationToken);
        var consumer = new AsyncEventingBasicConsumer(channel);
        var number = 0;
        consumer.ReceivedAsync += async (_, ticket) => await RenderAsync(
            channel,
            ticket.DeliveryTag,
            JsonSerializer.Deserialize<RenderShot>(ticket.Body.Span, FarmJson.Options)!,
            Name(Interlocked.Increment(ref number) % workerCount),
            cancellationToken);
        await channel.BasicConsumeAsync(
            ticketQueue, autoAck: false, consumer, cancellationToken);

        using var timer = new PeriodicTimer(AnnouncePeriod, TimeProvider.System);
        do
        {
            for (var index = 0; index < workerCount; index++)
            {
                await sender.SendAsync(
                    shotQueue,
                    new WorkerAnnounced
                    {
                        WorkerId = Name(index),
                        Queues = [ticketQueue],
                        Busy = true,
                        Leaving = false,
                    },
                    cancellationToken);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static string Name(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"noop-{index}");

    private async Task RenderAsync(
        IChannel channel,
        ulong tag,
        RenderShot ticket,
        string workerId,
        CancellationToken cancellationToken)
    {
        var answer = await claims.GetResponse<ShotClaimed, ClaimRefused>(
            new ClaimShot
            {
                JobId = ticket.JobId,
                ShotIndex = ticket.ShotIndex,
                DispatchId = ticket.DispatchId,
                AttemptId = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString(),
                WorkerId = workerId,
            },
            cancellationToken);
        await channel.BasicAckAsync(tag, multiple: false, cancellationToken);
        if (!answer.Is(out Response<ShotClaimed>? granted))
        {
            return;
        }

        var clip = ClipOf(granted.Message, workerId);
        await store.PutIfAbsentAsync(
            ObjectKeys.AcceptedClip(granted.Message.TenantId, clip.RenderKey),
            JsonSerializer.SerializeToUtf8Bytes(clip, FarmJson.Options),
            "application/json",
            cancellationToken);
        await sender.SendAsync(
            shotQueue,
            new AttemptCommitted
            {
                JobId = ticket.JobId,
                ShotIndex = ticket.ShotIndex,
                AttemptId = clip.AttemptId,
                Clip = clip,
            },
            cancellationToken);
    }

    private static Clip ClipOf(ShotClaimed claim, string workerId) => new()
    {
        RenderKey = claim.Task.RenderKey,
        AttemptId = claim.AttemptId,
        ObjectKey = ObjectKeys.Clip(claim.TenantId, claim.Task.RenderKey, claim.AttemptId),
        LastFrameKey = ObjectKeys.LastFrame(
            claim.TenantId, claim.Task.RenderKey, claim.AttemptId),
        Sha256 = claim.Task.RenderKey,
        ByteCount = 0,
        FrameCount = claim.Task.FrameCount,
        Size = claim.Task.Size,
        FrameRate = claim.Task.FrameRate,
        WorkerId = workerId,
        Rendering = TimeSpan.Zero,
        Encoding = TimeSpan.Zero,
        Uploading = TimeSpan.Zero,
    };
}
