using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Dispatch;

/// <summary>
/// What shots took on this farm, by queue: for estimates, outlooks and gauges alike. Every Broker
/// learns by itself and adds what is new to the store's record now and then; a crash forgets some
/// seconds of it, a lost store all of it, and the farm learns again.
/// </summary>
internal sealed class FarmHistory(IJobStore store, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(10);
    private static readonly QueueHistory None = new();
    private readonly Lock gate = new();
    private readonly Dictionary<string, QueueHistory> news = [];
    private readonly Dictionary<string, (QueueHistory History, long ReadAt)> known = [];

    /// <summary>Notes what a shot took, and where.</summary>
    public void Learn(ShotState shot, Clip clip, (string Gpu, int MemoryGib) kind)
    {
        if (shot.Work > 0 && clip.Rendering > TimeSpan.Zero)
        {
            Note(shot.Queue, new QueueHistory
            {
                Kinds = new Dictionary<string, CostHistory>
                {
                    [kind.Gpu] = new CostHistory().Plus(
                        clip.Rendering.TotalSeconds, shot.Work, clip.FrameCount),
                },
                Fitted = Memory(shot, kind.MemoryGib),
            });
        }
    }

    /// <summary>Notes that a worker's memory did not suffice for a shot.</summary>
    public void LearnTooLarge(ShotState shot, int memoryGib) =>
        Note(shot.Queue, new QueueHistory { TooLarge = Memory(shot, memoryGib) });

    /// <summary>What is known of a queue, this Broker's news included.</summary>
    public async Task<QueueHistory> FindAsync(string queue, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (known.TryGetValue(queue, out var kept)
                && time.GetElapsedTime(kept.ReadAt) < Age)
            {
                return WithNews(queue, kept.History);
            }
        }

        var record = await store.LoadAsync<QueueHistory>(
            RecordKeys.History(queue), cancellationToken);
        var history = record?.State ?? None;
        lock (gate)
        {
            known[queue] = (history, time.GetTimestamp());
            return WithNews(queue, history);
        }
    }

    /// <summary>Adds what is new to the store's records; says how many changed.</summary>
    public async Task<int> KeepAsync(CancellationToken cancellationToken)
    {
        List<string> queues;
        lock (gate)
        {
            queues = [.. news.Keys];
        }

        var count = 0;
        foreach (var queue in queues)
        {
            count += await TryKeepAsync(queue, cancellationToken) ? 1 : 0;
        }

        return count;
    }

    private async Task<bool> TryKeepAsync(string queue, CancellationToken cancellationToken)
    {
        var record = await store.LoadAsync<QueueHistory>(
            RecordKeys.History(queue), cancellationToken);
        QueueHistory fresh;
        lock (gate)
        {
            fresh = news[queue];
            news[queue] = None;
        }

        var sum = record?.State.Plus(fresh) ?? fresh;
        var isKept = await store.CommitAsync(
            new Commit
            {
                Records =
                [
                    new(
                        RecordKeys.History(queue),
                        record?.Version ?? 0,
                        StateRecords.Write(sum)),
                ],
            },
            cancellationToken) == CommitResult.Committed;
        lock (gate)
        {
            known.Remove(queue);
            if (!isKept)
            {
                news[queue] = news[queue].Plus(fresh);
            }
            else if (ReferenceEquals(news[queue], None))
            {
                news.Remove(queue);
            }
        }

        return isKept;
    }

    private void Note(string queue, QueueHistory one)
    {
        lock (gate)
        {
            news[queue] = news.GetValueOrDefault(queue)?.Plus(one) ?? one;
        }
    }

    private static Dictionary<int, double> Memory(ShotState shot, int memoryGib) =>
        memoryGib > 0 && shot.Footprint > 0 ? new() { [memoryGib] = shot.Footprint } : [];

    private QueueHistory WithNews(string queue, QueueHistory kept) =>
        news.TryGetValue(queue, out var history) ? kept.Plus(history) : kept;
}
