using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Dispatch;

/// <summary>
/// What shots took on this farm, by queue: GPU-seconds for a unit of work. Every Broker learns by
/// itself and adds what is new to the store's record now and then; a crash forgets some seconds of
/// it, a lost store all of it, and the farm learns again.
/// </summary>
internal sealed class FarmHistory(IJobStore store, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(10);
    private readonly Lock gate = new();
    private readonly Dictionary<string, CostHistory> news = [];
    private readonly Dictionary<string, (CostHistory History, long ReadAt)> known = [];

    /// <summary>Notes what a shot took.</summary>
    public void Learn(ShotState shot, Clip clip)
    {
        if (shot.Work <= 0 || clip.Rendering <= TimeSpan.Zero)
        {
            return;
        }

        var seconds = clip.Rendering.TotalSeconds / shot.Work;
        lock (gate)
        {
            if (!news.TryGetValue(shot.Queue, out var history))
            {
                news.Add(shot.Queue, history = new CostHistory());
            }

            history.Add(seconds);
        }
    }

    /// <summary>What is known of a queue, this Broker's news included.</summary>
    public async Task<CostHistory> FindAsync(string queue, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (known.TryGetValue(queue, out var kept)
                && time.GetElapsedTime(kept.ReadAt) < Age)
            {
                return WithNews(queue, kept.History);
            }
        }

        var record = await store.LoadAsync<Dictionary<int, double>>(
            RecordKeys.History(queue), cancellationToken);
        var history = new CostHistory(record?.State);
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
        var record = await store.LoadAsync<Dictionary<int, double>>(
            RecordKeys.History(queue), cancellationToken);
        CostHistory fresh;
        lock (gate)
        {
            fresh = news[queue];
            news[queue] = new CostHistory();
        }

        var sum = new CostHistory(record?.State);
        sum.Add(fresh);
        var isKept = await store.CommitAsync(
            new Commit
            {
                Records =
                [
                    new(
                        RecordKeys.History(queue),
                        record?.Version ?? 0,
                        StateRecords.Write(sum.Counts)),
                ],
            },
            cancellationToken) == CommitResult.Committed;
        lock (gate)
        {
            known.Remove(queue);
            if (!isKept)
            {
                news[queue].Add(fresh);
            }
            else if (news[queue].Count == 0)
            {
                news.Remove(queue);
            }
        }

        return isKept;
    }

    private CostHistory WithNews(string queue, CostHistory kept)
    {
        var sum = new CostHistory(kept.Counts);
        if (news.TryGetValue(queue, out var history))
        {
            sum.Add(history);
        }

        return sum;
    }
}
