using Microsoft.Extensions.Options;
using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Dispatch.Sweeps;

/// <summary>
/// Issues tickets again that nobody claimed in time though a worker is idle: such a ticket is lost.
/// While every worker is busy a ticket may wait as long as it must; where there is none at all, so
/// may one that is no part of a tenant's quota. Time is counted from when this
/// process saw the ticket first, on its own monotonic clock: by the moment that it bears, a Broker
/// whose clock is ahead would take back each ticket that another one has just issued.
/// </summary>
internal sealed class TicketSweep(
    IJobStore store,
    JobLedger ledger,
    WorkerRoster roster,
    WorkerStandings standings,
    TenantQuotas quotas,
    IOptions<BrokerOptions> options,
    TimeProvider time) : ISweep
{
    private const int MostTickets = 1000;
    private Dictionary<string, Watched> watched = [];

    public string Name => "tickets";

    public TimeSpan Period => options.Value.SweepPeriod;

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await roster.ForgetAsync(cancellationToken);
        await standings.ForgetAsync(cancellationToken);
        var queues = await store.ReadIndexAsync(
            IndexKeys.Queues, IndexRange.First(1000), cancellationToken);
        var seen = new Dictionary<string, Watched>();
        var count = 0;
        foreach (var queue in queues)
        {
            count += await SweepAsync(queue, seen, cancellationToken);
        }

        watched = seen;
        return count;
    }

    private async Task<int> SweepAsync(
        string queue, Dictionary<string, Watched> seen, CancellationToken cancellationToken)
    {
        var overdue = await FindOverdueAsync(queue, seen, cancellationToken);
        if (overdue.Count == 0)
        {
            return 0;
        }

        if (!await roster.HasIdleAsync(queue, cancellationToken))
        {
            var isServed = !quotas.AreSet || await roster.CountAsync(queue, cancellationToken) > 0;
            overdue.RemoveAll(shot => isServed || quotas.LimitOf(shot.PayingTenant) is null);
        }

        foreach (var shot in overdue)
        {
            await ledger.ApplyAsync(
                shot.JobId,
                shot.ShotIndex,
                new ShotEvent.TicketExpired(shot.DispatchId!),
                cancellationToken);
        }

        return overdue.Count;
    }

    private async Task<List<ShotState>> FindOverdueAsync(
        string queue, Dictionary<string, Watched> seen, CancellationToken cancellationToken)
    {
        var issued = await store.ReadIndexAsync(
            IndexKeys.Tickets(queue), IndexRange.First(MostTickets), cancellationToken);
        var overdue = new List<ShotState>();
        foreach (var job in issued.Select(IndexKeys.ReadShot).GroupBy(shot => shot.JobId))
        {
            var shots = await ledger.FindShotsAsync(
                job.Key, job.Select(shot => shot.ShotIndex), cancellationToken);
            foreach (var shot in shots.OfType<ShotState>())
            {
                if (shot.DispatchId is { } dispatchId
                    && IsOld(IndexKeys.Shot(shot.JobId, shot.ShotIndex), dispatchId, seen))
                {
                    overdue.Add(shot);
                }
            }
        }

        return overdue;
    }

    private bool IsOld(string name, string dispatchId, Dictionary<string, Watched> seen)
    {
        var now = watched.TryGetValue(name, out var before) && before.DispatchId == dispatchId
            ? before
            : new Watched(dispatchId, time.GetTimestamp());
        seen[name] = now;
        return time.GetElapsedTime(now.Since) >= options.Value.ClaimTime;
    }

    private sealed record Watched(string DispatchId, long Since);
}
