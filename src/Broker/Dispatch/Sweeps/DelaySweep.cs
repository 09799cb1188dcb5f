using Microsoft.Extensions.Options;
using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Dispatch.Sweeps;

/// <summary>Makes delayed shots ready when they are due.</summary>
internal sealed class DelaySweep(
    IJobStore store,
    JobLedger ledger,
    IOptions<BrokerOptions> options,
    TimeProvider time) : ISweep
{
    private const int MostShots = 1000;

    public string Name => "delays";

    public TimeSpan Period => options.Value.DispatchPeriod;

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var due = await store.ReadIndexAsync(
            IndexKeys.Delayed,
            new IndexRange
            {
                Greatest = IndexRules.Moment(time.GetUtcNow()),
                Count = MostShots,
            },
            cancellationToken);
        foreach (var (jobId, shotIndex) in due.Select(IndexKeys.ReadShot))
        {
            await ledger.ApplyAsync(
                jobId, shotIndex, new ShotEvent.BecameDue(), cancellationToken);
        }

        // To come due is the ordinary course of things and no repair.
        return 0;
    }
}
