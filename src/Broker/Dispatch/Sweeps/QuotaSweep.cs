using Microsoft.Extensions.Options;
using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Dispatch.Sweeps;

/// <summary>
/// Takes shots off a tenant's quota that are not out. A Broker of a version without quotas, which
/// may run beside this one during an upgrade, lets go of a shot and leaves it there.
/// </summary>
internal sealed class QuotaSweep(IJobStore store, IOptions<BrokerOptions> options) : ISweep
{
    private const int MostShots = 1000;

    public string Name => "quotas";

    public TimeSpan Period => options.Value.SweepPeriod;

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var tenantId in options.Value.RunningLimits.Keys)
        {
            var index = IndexKeys.Out(tenantId);
            var names = await store.ReadIndexAsync(
                index, IndexRange.First(MostShots), cancellationToken);
            var shots = await store.LoadAsync<ShotState>(
                [.. names.Select(IndexKeys.ReadShot).Select(
                    shot => RecordKeys.Shot(shot.JobId, shot.ShotIndex))],
                cancellationToken);
            foreach (var (name, shot) in names.Zip(shots))
            {
                if ((shot is null || !IndexRules.IsOut(shot.State))
                    && await TryRemoveAsync(index, name, shot, cancellationToken))
                {
                    count++;
                }
            }
        }

        return count;
    }

    /// <summary>Only while the shot is as it was read.</summary>
    private async Task<bool> TryRemoveAsync(
        string index, string name, Loaded<ShotState>? shot, CancellationToken cancellationToken)
    {
        var (jobId, shotIndex) = IndexKeys.ReadShot(name);
        var result = await store.CommitAsync(
            new Commit
            {
                Records =
                [
                    RecordWrite.Guard(RecordKeys.Shot(jobId, shotIndex), shot?.Version ?? 0),
                ],
                Indexes = [new(index, name, null)],
            },
            cancellationToken);
        return result == CommitResult.Committed;
    }
}
