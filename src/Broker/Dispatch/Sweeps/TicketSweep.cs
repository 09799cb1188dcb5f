using Microsoft.Extensions.Options;
using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Dispatch.Sweeps;

/// <summary>
/// Issues tickets again that nobody claimed in time though a worker is idle: such a ticket is lost.
/// While every worker is busy a ticket may wait as long as it must.
/// </summary>
internal sealed class TicketSweep(
    IJobStore store,
    JobLedger ledger,
    WorkerRoster roster,
    WorkerStandings standings,
    IOptions<BrokerOptions> options,
    TimeProvider time) : ISweep
{
    private const int MostTickets = 1000;

    public string Name => "tickets";

    public TimeSpan Period => options.Value.SweepPeriod;

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await roster.ForgetAsync(cancellationToken);
        await standings.ForgetAsync(cancellationToken);
        var queues = await store.ReadIndexAsync(
            IndexKeys.Queues, IndexRange.First(1000), cancellationToken);
        var count = 0;
        foreach (var queue in queues)
        {
            count += await SweepAsync(queue, cancellationToken);
        }

        return count;
    }

    private async Task<int> SweepAsync(string queue, CancellationToken cancellationToken)
    {
        var old = IndexRules.Moment(time.GetUtcNow() - options.Value.ClaimTime);
        var overdue = await store.ReadIndexAsync(
            IndexKeys.Tickets(queue),
            new IndexRange { Greatest = old, Count = MostTickets },
            cancellationToken);
        if (overdue.Count == 0 || !await roster.HasIdleAsync(queue, cancellationToken))
        {
            return 0;
        }

        foreach (var (jobId, shotIndex) in overdue.Select(IndexKeys.ReadShot))
        {
            var shot = (await ledger.FindShotsAsync(jobId, [shotIndex], cancellationToken))[0];
            if (shot?.DispatchId is { } dispatchId)
            {
                await ledger.ApplyAsync(
                    jobId,
                    shotIndex,
                    new ShotEvent.TicketExpired(dispatchId),
                    limit: null,
                    cancellationToken);
            }
        }

        return overdue.Count;
    }
}
