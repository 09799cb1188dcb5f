using Microsoft.Extensions.Options;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Dispatch.Sweeps;

/// <summary>
/// Ends leases whose renewal counter stands still for the lease's duration on this process' own
/// monotonic clock. No clock of another machine counts; a Broker that restarts begins to watch
/// anew, which can only delay.
/// </summary>
internal sealed class LeaseSweep(
    IJobStore store,
    JobLedger ledger,
    ShotDesk desk,
    RebuildGate gate,
    IOptions<BrokerOptions> options,
    TimeProvider time) : ISweep
{
    private const int PageSize = 256;
    private Dictionary<string, Watched> watched = [];
    private int watchedEpoch;

    public string Name => "leases";

    public TimeSpan Period => Least(options.Value.SweepPeriod, options.Value.LeaseDuration / 6);

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        if (gate.EpochNumber != watchedEpoch)
        {
            // Counters begin anew with an epoch: one that looks still may have moved.
            watched = [];
            watchedEpoch = gate.EpochNumber;
        }

        var leased = await ReadLeasedAsync(cancellationToken);
        var seen = new Dictionary<string, Watched>(leased.Count);
        var expired = 0;
        foreach (var shot in leased)
        {
            var name = IndexKeys.Shot(shot.JobId, shot.ShotIndex);
            var attempt = shot.Attempt!;
            var isStill = watched.TryGetValue(name, out var before)
                && before.AttemptId == attempt.AttemptId
                && before.RenewalCount == attempt.RenewalCount;
            var now = isStill ? before! : new Watched(
                attempt.AttemptId, attempt.RenewalCount, time.GetTimestamp());
            if (time.GetElapsedTime(now.Since) < options.Value.LeaseDuration)
            {
                seen.Add(name, now);
                continue;
            }

            await desk.ExpiredAsync(shot.JobId, shot.ShotIndex, attempt, cancellationToken);
            expired++;
        }

        watched = seen;
        return expired;
    }

    private async Task<List<ShotState>> ReadLeasedAsync(CancellationToken cancellationToken)
    {
        var leased = new List<ShotState>();
        for (var offset = 0; ; offset += PageSize)
        {
            var page = await store.ReadIndexAsync(
                IndexKeys.Leased,
                new IndexRange { Offset = offset, Count = PageSize },
                cancellationToken);
            foreach (var job in page.Select(IndexKeys.ReadShot).GroupBy(shot => shot.JobId))
            {
                var shots = await ledger.FindShotsAsync(
                    job.Key, job.Select(shot => shot.ShotIndex), cancellationToken);
                leased.AddRange(shots.OfType<ShotState>().Where(shot => shot.Attempt is not null));
            }

            if (page.Count < PageSize)
            {
                return leased;
            }
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private sealed record Watched(string AttemptId, long RenewalCount, long Since);
}
