using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Dispatch;

/// <summary>
/// Says whether a worker is the one for the shot that it claims, where a queue's workers are
/// unlike: by memory, and by what shots took on GPUs like its own.
/// </summary>
internal sealed class ShotPlacement(
    IJobStore store, WorkerRoster roster, FarmHistory history, TimeProvider time)
{
    /// <summary>Before these a kind's speed is not known.</summary>
    private const int LeastCount = 8;

    /// <summary>
    /// Seconds until a shot that was passed over has a ticket again; a better worker must make up
    /// for them.
    /// </summary>
    private const double PassOverSeconds = 3;

    /// <summary>A queue's workers are looked at this often, however many claim.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Fleet> fleets = [];

    /// <summary>A worker's kind of GPU as it was seen last; empty where it is not known.</summary>
    public (string Gpu, int MemoryGib) KindOf(string queue, string workerId)
    {
        lock (gate)
        {
            return fleets.GetValueOrDefault(queue)?.Workers
                .FirstOrDefault(worker => worker.WorkerId == workerId) is { } worker
                ? (worker.Gpu ?? "", MemoryOf(worker))
                : ("", 0);
        }
    }

    /// <summary>Whether the worker that claims a shot shall have it.</summary>
    public async Task<WorkerFit> JudgeAsync(
        string workerId, ShotState shot, CancellationToken cancellationToken)
    {
        var workers = await FindAsync(shot.Queue, cancellationToken);
        if (workers.DistinctBy(worker => (worker.Gpu, MemoryOf(worker))).Count() < 2
            || workers.FirstOrDefault(w => w.WorkerId == workerId) is not { } worker)
        {
            return WorkerFit.Right;
        }

        var taken = await history.FindAsync(shot.Queue, cancellationToken);
        if (taken.IsTooLarge(MemoryOf(worker), shot.Footprint))
        {
            return workers.Any(other => MemoryOf(other) > MemoryOf(worker)
                && !taken.IsTooLarge(MemoryOf(other), shot.Footprint))
                ? WorkerFit.Small
                : WorkerFit.Right;
        }

        // Every shot that a worker could claim now; with more behind them the limit of tickets is
        // reached, and all are wanted.
        var count = (int)await store.CountIndexAsync(
            IndexKeys.Tickets(shot.Queue), double.NegativeInfinity, cancellationToken);
        return IsBetterElsewhere(worker, workers, shot, taken, count)
            ? WorkerFit.Slow
            : WorkerFit.Right;
    }

    private bool IsBetterElsewhere(
        WorkerAnnounced worker,
        IReadOnlyList<WorkerAnnounced> workers,
        ShotState shot,
        QueueHistory taken,
        int count)
    {
        var cost = shot.Work * (taken.All.OfWork ?? 0);
        if (cost <= 0 || AskingOf(worker, taken) is not { } asking)
        {
            return false;
        }

        var now = time.GetUtcNow();
        var rates = new AskRates();
        foreach (var other in workers.Where(other => other.WorkerId != worker.WorkerId
            && !taken.IsTooLarge(MemoryOf(other), shot.Footprint)))
        {
            if (AskingOf(other, taken) is { } better)
            {
                rates.Note(better, !other.Busy, other.Busy ? better.Speed / cost : 0, now);
            }
        }

        var here = cost / asking.Speed;
        return Placement.IsBetterElsewhere(
            new ReadyShot
            {
                JobId = shot.JobId,
                ShotIndex = shot.ShotIndex,
                Model = new ModelNeed(shot.Queue, 0, 0),
                Cost = cost,
                ChainCost = cost,
                ReadyAt = shot.ReadyAt ?? now,
            },
            asking,
            (count, count),
            rates,
            new PolicySettings
            {
                WorthWaiting = new PolicySettings().WorthWaiting + (PassOverSeconds / here),
            },
            now);
    }

    /// <summary>A worker as the policy knows it; null while its speed is not known.</summary>
    private static AskingWorker? AskingOf(WorkerAnnounced worker, QueueHistory taken) =>
        taken.Kinds.GetValueOrDefault(worker.Gpu ?? "") is { OfWork: > 0, Count: >= LeastCount } own
            ? new AskingWorker
            {
                Loaded = worker.Queues,
                MemoryGib = MemoryOf(worker),
                Speed = taken.All.OfWork!.Value / own.OfWork.Value,
            }
            : null;

    /// <summary>In whole GiB, so that cards of a kind are one; 0 where it is not known.</summary>
    private static int MemoryOf(WorkerAnnounced worker) =>
        (int)Math.Round((worker.GpuMemoryBytes ?? 0) / (double)(1 << 30));

    private async Task<IReadOnlyList<WorkerAnnounced>> FindAsync(
        string queue, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (fleets.TryGetValue(queue, out var known)
                && time.GetElapsedTime(known.ReadAt) < Age)
            {
                return known.Workers;
            }
        }

        var workers = await roster.FindWellAnnouncedAsync(queue, cancellationToken);
        lock (gate)
        {
            fleets[queue] = new Fleet(workers, time.GetTimestamp());
        }

        return workers;
    }

    private sealed record Fleet(IReadOnlyList<WorkerAnnounced> Workers, long ReadAt);
}
