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
    ReadyLines lines,
    FairDispatch fair,
    TenantQuotas quotas,
    ShotDesk desk,
    AcceptedClips clips,
    WorkerRoster roster,
    DispatchSignal signal,
    RebuildGate gate,
    IOptions<BrokerOptions> options,
    TimeProvider time,
    ILogger<Dispatcher> log) : BackgroundService
{
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

            var moved = await ReleaseAsync(
                queue, room, workerCount > 0, new IndexLimit(tickets, most), cancellationToken);
            if (moved == 0)
            {
                return;
            }
        }
    }

    /// <summary>Gives a queue's next tickets; says how many shots moved.</summary>
    private async Task<int> ReleaseAsync(
        string queue,
        int room,
        bool hasWorkers,
        IndexLimit limit,
        CancellationToken cancellationToken)
    {
        var ofLines = await lines.FindAsync(queue, cancellationToken);
        var ofTenants = await quotas.RoomAsync(
            ofLines.Select(line => line.TenantId), hasWorkers, cancellationToken);
        if (ofLines is [var only])
        {
            // With nobody to share with there is nothing to decide.
            var count = Math.Min(room, ofTenants.GetValueOrDefault(only.TenantId, room));
            return count == 0 ? 0 : (await ReleaseAsync(
                await lines.PickAsync(queue, only, count, cancellationToken),
                limit,
                cancellationToken)).Count(moved => moved != Move.None);
        }

        var round = await fair.PickAsync(queue, ofLines, ofTenants, room, cancellationToken);
        if (round.Shots.Count == 0)
        {
            return 0;
        }

        var moves = await ReleaseAsync(
            [.. round.Shots.Select(shot => (shot.JobId, shot.ShotIndex))],
            limit,
            cancellationToken);
        await fair.KeepAsync(
            round, [.. moves.Select(move => move == Move.Issued)], cancellationToken);
        return moves.Count(move => move != Move.None);
    }

    /// <summary>Sends a ticket for each shot, or takes its clip where there is one.</summary>
    private async Task<Move[]> ReleaseAsync(
        List<(string JobId, int ShotIndex)> shots,
        IndexLimit limit,
        CancellationToken cancellationToken)
    {
        var known = await ledger.FindLastKnownAsync(shots, cancellationToken);
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
            async (i, token) => accepted[i] = known[i] is var (tenantId, shot)
                ? await clips.FindAsync(tenantId, shot.RenderKey, token)
                : null);

        // Side by side, so that all of them share one step.
        var moves = new List<Task<Move>>(shots.Count);
        for (var i = 0; i < shots.Count; i++)
        {
            moves.Add(accepted[i] is { } clip
                ? TakeAsync(shots[i], clip, cancellationToken)
                : IssueAsync(
                    shots[i],
                    quotas.LimitOf(known[i]?.Shot.PayingTenant) is { } ofTenant
                        ? [limit, ofTenant]
                        : [limit],
                    cancellationToken));
        }

        return await Task.WhenAll(moves);
    }

    private async Task<Move> TakeAsync(
        (string JobId, int ShotIndex) shot, Clip clip, CancellationToken cancellationToken)
    {
        await desk.AcceptAsync(shot.JobId, shot.ShotIndex, clip, cancellationToken);
        return Move.Taken;
    }

    private async Task<Move> IssueAsync(
        (string JobId, int ShotIndex) shot,
        IReadOnlyList<IndexLimit> limits,
        CancellationToken cancellationToken)
    {
        var dispatchId = Guid.CreateVersion7(time.GetUtcNow()).ToString();
        var ruling = await ledger.ApplyAsync(
            shot.JobId,
            shot.ShotIndex,
            new ShotEvent.Dispatched(dispatchId),
            limits,
            cancellationToken);
        if (ruling is not { Verdict: Verdict.Applied })
        {
            return Move.None;
        }

        log.TicketIssued(shot.JobId, shot.ShotIndex, dispatchId);
        return Move.Issued;
    }

    /// <summary>What became of a shot that was to get a ticket.</summary>
    private enum Move
    {
        None,
        Issued,
        Taken,
    }
}
