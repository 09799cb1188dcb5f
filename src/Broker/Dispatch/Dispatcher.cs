using System.Globalization;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Dispatch;

/// <summary>
/// Releases ready shots just in time: a queue never holds more tickets than its live workers can
/// take soon, so that priorities, cancels and new jobs count at once.
/// </summary>
internal sealed class Dispatcher(
    JobLedger ledger,
    IJobStore store,
    ShotDesk desk,
    AcceptedClips clips,
    WorkerRoster roster,
    DispatchSignal signal,
    RebuildGate gate,
    IOptions<BrokerOptions> options,
    TimeProvider time,
    ILogger<Dispatcher> log) : BackgroundService
{
    private const int PageSize = 64;
    private const int MostAtATime = 256;

    /// <summary>Fills every queue that has room.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        if (!gate.MayDispatch)
        {
            return;
        }

        var queues = await store.ReadIndexAsync(
            IndexKeys.Queues, IndexRange.First(1000), cancellationToken);
        foreach (var queue in queues)
        {
            await FillAsync(queue, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await FillAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                log.DispatchFailed(fault);
                await Task.Delay(options.Value.DispatchPeriod, time, stoppingToken);
            }

            await signal.Signal.WaitAsync(options.Value.DispatchPeriod, time, stoppingToken);
        }
    }

    private async Task FillAsync(string queue, CancellationToken cancellationToken)
    {
        var tickets = IndexKeys.Tickets(queue);
        while (true)
        {
            var workerCount = await roster.CountAsync(queue, cancellationToken);
            var most = Math.Max(1, workerCount * (1 + options.Value.LookAhead));
            var issued = await store.CountIndexAsync(
                tickets, double.NegativeInfinity, cancellationToken);
            var room = (int)Math.Min(most - issued, MostAtATime);
            if (room <= 0)
            {
                return;
            }

            var shots = await PickAsync(queue, room, cancellationToken);
            var moved = await ReleaseAsync(
                shots, new IndexLimit(tickets, most), cancellationToken);
            if (moved == 0)
            {
                return;
            }
        }
    }

    /// <summary>The next shots of a queue, in the order of dispatch.</summary>
    private async Task<List<(string JobId, int ShotIndex)>> PickAsync(
        string queue, int count, CancellationToken cancellationToken)
    {
        var picked = new List<(string, int)>();
        for (var offset = 0; picked.Count < count; offset += PageSize)
        {
            var jobIds = await store.ReadIndexAsync(
                IndexKeys.Jobs(queue),
                new IndexRange { Offset = offset, Count = PageSize },
                cancellationToken);
            foreach (var jobId in jobIds)
            {
                var shots = await store.ReadIndexAsync(
                    IndexKeys.Ready(jobId),
                    IndexRange.First(count - picked.Count),
                    cancellationToken);
                picked.AddRange(shots.Select(
                    shot => (jobId, int.Parse(shot, CultureInfo.InvariantCulture))));
                if (picked.Count == count)
                {
                    break;
                }
            }

            if (jobIds.Count < PageSize)
            {
                break;
            }
        }

        return picked;
    }

    /// <summary>Sends a ticket for each shot, or takes its clip where there is one.</summary>
    private async Task<int> ReleaseAsync(
        List<(string JobId, int ShotIndex)> shots,
        IndexLimit limit,
        CancellationToken cancellationToken)
    {
        var keys = await ledger.FindRenderKeysAsync(shots, cancellationToken);
        var accepted = new Clip?[shots.Count];
        await Parallel.ForAsync(
            0,
            shots.Count,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = options.Value.LookupCount,
                CancellationToken = cancellationToken,
                TaskScheduler = TaskScheduler.Current,
            },
            async (i, token) => accepted[i] = keys[i] is var (tenantId, renderKey)
                ? await clips.FindAsync(tenantId, renderKey, token)
                : null);

        // Side by side, so that all of them share one step.
        var moves = new List<Task<bool>>(shots.Count);
        for (var i = 0; i < shots.Count; i++)
        {
            moves.Add(accepted[i] is { } clip
                ? TakeAsync(shots[i], clip, cancellationToken)
                : IssueAsync(shots[i], limit, cancellationToken));
        }

        return (await Task.WhenAll(moves)).Count(moved => moved);
    }

    private async Task<bool> TakeAsync(
        (string JobId, int ShotIndex) shot, Clip clip, CancellationToken cancellationToken)
    {
        await desk.AcceptAsync(shot.JobId, shot.ShotIndex, clip, cancellationToken);
        return true;
    }

    private async Task<bool> IssueAsync(
        (string JobId, int ShotIndex) shot, IndexLimit limit, CancellationToken cancellationToken)
    {
        var dispatchId = Guid.CreateVersion7(time.GetUtcNow()).ToString();
        var ruling = await ledger.ApplyAsync(
            shot.JobId,
            shot.ShotIndex,
            new ShotEvent.Dispatched(dispatchId),
            limit,
            cancellationToken);
        if (ruling is not { Verdict: Verdict.Applied })
        {
            return false;
        }

        log.TicketIssued(shot.JobId, shot.ShotIndex, dispatchId);
        return true;
    }
}
