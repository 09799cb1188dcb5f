using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Reels;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Broker.Dispatch;

/// <summary>
/// Sends what the outbox holds, a job's events in their order, and deletes what is confirmed. A
/// crash in between sends again, under the same message id: never lost, perhaps repeated.
/// </summary>
internal sealed class OutboxRelay(
    IJobStore store,
    ITicketQueue tickets,
    IEventExchange events,
    IFarmSender sender,
    RebuildGate gate,
    IOptions<BrokerOptions> options,
    BrokerMetrics metrics,
    TimeProvider time,
    ILogger<OutboxRelay> log) : BackgroundService
{
    private const int MostRows = 256;
    private const int MostAtATime = 64;
    private static readonly TimeSpan RightDuration = TimeSpan.FromSeconds(5);

    /// <summary>One message that is not confirmed holds the others up no longer.</summary>
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(30);
    private readonly string holder = Guid.NewGuid().ToString();
    private long? heldSince;
    private TimeSpan patience = LeastPatience;

    /// <summary>Sends what is there, up to a batch.</summary>
    /// <returns>How many rows were sent and deleted.</returns>
    public async Task<int> RelayAsync(CancellationToken cancellationToken)
    {
        // Of several Brokers one sends, which keeps the order and saves double work.
        if (!gate.IsOpen || !await HoldsRightAsync(cancellationToken))
        {
            return 0;
        }

        var rows = await store.ReadOutboxAsync(MostRows, cancellationToken);
        var sent = new List<string>(rows.Count);
        using var late = new CancellationTokenSource(patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(
            late.Token, cancellationToken);
        var tickets = SendTicketsAsync(
            [.. rows.Where(row => row.Message.Kind == OutgoingKind.Ticket)],
            sent,
            limit.Token,
            cancellationToken);
        await Parallel.ForEachAsync(
            rows.Where(row => row.Message.Kind != OutgoingKind.Ticket).GroupBy(Lane),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = MostAtATime,
                CancellationToken = cancellationToken,
                TaskScheduler = TaskScheduler.Current,
            },
            async (lane, token) =>
            {
                foreach (var row in lane)
                {
                    if (!await TrySendAsync(row, sent, limit.Token, token))
                    {
                        return;
                    }
                }
            });
        await tickets;
        // A RabbitMQ that is slow with every message is given longer.
        patience = sent.Count > 0 || rows.Count == 0 ? LeastPatience
            : patience * 2 < MostPatience ? patience * 2 : MostPatience;
        if (sent.Count > 0)
        {
            await store.DeleteOutboxAsync(sent, cancellationToken);
        }

        return sent.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var count = 0;
            try
            {
                count = await RelayAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                log.RelayFailed(fault);
                await Task.Delay(options.Value.DispatchPeriod, time, stoppingToken);
            }

            if (count == 0)
            {
                await store.OutboxWritten.WaitAsync(
                    options.Value.DispatchPeriod, time, stoppingToken);
            }
        }
    }

    /// <summary>
    /// Rows of one lane are sent one after another; lanes do not wait for each other.
    /// </summary>
    private static string Lane(OutboxRow row) => row.Message.Kind switch
    {
        OutgoingKind.Event => row.Message.Address[..row.Message.Address.LastIndexOf('.')],
        _ => row.Id,
    };

    /// <summary>The right is kept a while, so most passes need not ask for it.</summary>
    private async Task<bool> HoldsRightAsync(CancellationToken cancellationToken)
    {
        if (heldSince is { } since && time.GetElapsedTime(since) < RightDuration / 2)
        {
            return true;
        }

        var now = time.GetTimestamp();
        var holds = await store.TryHoldAsync("relay", holder, RightDuration, cancellationToken);
        heldSince = holds ? now : null;
        return holds;
    }

    /// <summary>
    /// Tickets set out in order, but do not wait for each other's confirms: a queue holds no more
    /// than its workers take soon, so that a place in it matters little, and the wait much.
    /// </summary>
    private async Task SendTicketsAsync(
        IReadOnlyList<OutboxRow> rows,
        List<string> sent,
        CancellationToken limit,
        CancellationToken cancellationToken)
    {
        foreach (var some in rows.Chunk(MostAtATime))
        {
            await Task.WhenAll(
                some.Select(row => TrySendAsync(row, sent, limit, cancellationToken)));
        }
    }

    private async Task<bool> TrySendAsync(
        OutboxRow row,
        List<string> sent,
        CancellationToken limit,
        CancellationToken cancellationToken)
    {
        if (limit.IsCancellationRequested)
        {
            return false;
        }

        try
        {
            await SendAsync(row, limit);
            metrics.Sent(row.Message.Kind.ToString(), 1);
            lock (sent)
            {
                sent.Add(row.Id);
            }

            return true;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            log.SendFailed(fault, row.Message.Kind, row.Message.Address, row.Id);
            return false;
        }
    }

    private Task SendAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        var (kind, address, body) = row.Message;
        return kind switch
        {
            OutgoingKind.Ticket => tickets.PublishAsync(
                address, row.Id, Encoding.UTF8.GetBytes(body), cancellationToken),
            OutgoingKind.Event => events.PublishAsync(
                address, row.Id, Encoding.UTF8.GetBytes(body), cancellationToken),
            _ => sender.SendAsync(
                address,
                JsonSerializer.Deserialize<StitchReel>(body, FarmJson.Options)!,
                cancellationToken),
        };
    }
}
