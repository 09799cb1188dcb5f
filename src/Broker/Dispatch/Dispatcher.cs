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
    TicketOffice office,
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
            async (i, token) => accepted[i] = await FindClipAsync(shots[i], token));

        var moved = 0;
        var tickets = new List<(string JobId, int ShotIndex, string DispatchId)>();
        for (var i = 0; i < shots.Count; i++)
        {
            var (jobId, shotIndex) = shots[i];
            if (accepted[i] is { } clip)
            {
                await desk.AcceptAsync(jobId, shotIndex, clip, cancellationToken);
                moved++;
            }
            else
            {
                var dispatchId = Guid.CreateVersion7(time.GetUtcNow()).ToString();
                tickets.Add((jobId, shotIndex, dispatchId));
            }
        }

        return moved + await IssueAsync(tickets, limit, cancellationToken);
    }

    /// <summary>Gives tickets, all in one step where nobody comes between.</summary>
    private async Task<int> IssueAsync(
        List<(string JobId, int ShotIndex, string DispatchId)> tickets,
        IndexLimit limit,
        CancellationToken cancellationToken)
    {
        if (tickets.Count > 1
            && await office.TryIssueAsync(tickets, limit, cancellationToken) is { } issued)
        {
            foreach (var (jobId, shotIndex, dispatchId) in issued)
            {
                log.TicketIssued(jobId, shotIndex, dispatchId);
            }

            return issued.Count;
        }

        var count = 0;
        foreach (var (jobId, shotIndex, dispatchId) in tickets)
        {
            var ruling = await ledger.ApplyAsync(
                jobId,
                shotIndex,
                new ShotEvent.Dispatched(dispatchId),
                limit,
                cancellationToken);
            if (ruling is { Verdict: Verdict.Applied })
            {
                count++;
                log.TicketIssued(jobId, shotIndex, dispatchId);
            }
        }

        return count;
    }

    private async Task<Clip?> FindClipAsync(
        (string JobId, int ShotIndex) shot, CancellationToken cancellationToken)
    {
        var job = await ledger.FindJobAsync(shot.JobId, cancellationToken);
        var state = (await ledger.FindShotsAsync(
            shot.JobId, [shot.ShotIndex], cancellationToken))[0];
        return job is null || state is null
            ? null
            : await clips.FindAsync(job.TenantId, state.RenderKey, cancellationToken);
    }
}
