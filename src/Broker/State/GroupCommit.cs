namespace RenderFarm.Broker.State;

/// <summary>
/// Lets events happen in groups: those that arrive while a step is being kept share the next one,
/// so that one flush of the store's file serves many. Within a group they happen one after another,
/// as if each had been kept by itself; all of it is kept, or nothing.
/// </summary>
internal sealed class GroupCommit(IJobStore store, RuleLimits limits, TimeProvider time)
{
    private const int MostEvents = 256;
    private const int MostTries = 50;

    private readonly RecentStates recent = new(store);
    private readonly Lock gate = new();
    private readonly LinkedList<PendingEvent> waiting = [];
    private bool isUnderWay;

    /// <summary>What was kept last.</summary>
    public RecentStates Recent => recent;

    /// <summary>Lets an event happen; null when it is about nothing that there is.</summary>
    public Task<Ruling?> ApplyAsync(PendingEvent what, CancellationToken cancellationToken)
    {
        bool isFirst;
        lock (gate)
        {
            waiting.AddLast(what);
            isFirst = !isUnderWay;
            isUnderWay = true;
        }

        if (isFirst)
        {
            // Nobody's own wait: whoever gives up does not end it for the others.
            _ = HappenAsync();
        }

        return what.Ended.WaitAsync(cancellationToken);
    }

    /// <summary>Goes on until nothing waits.</summary>
    private async Task HappenAsync()
    {
        while (Next() is { Count: > 0 } group)
        {
            try
            {
                await HappenAsync(group);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // Perhaps it was kept all the same.
                recent.Forget();
                group.ForEach(what => what.Fail(fault));
            }
        }
    }

    /// <summary>
    /// Takes the longest run of waiting events that one step may keep: an event that must be alone
    /// shares it with none of its job.
    /// </summary>
    private List<PendingEvent> Next()
    {
        var group = new List<PendingEvent>();
        var jobs = new Dictionary<string, bool>();
        lock (gate)
        {
            while (group.Count < MostEvents && waiting.First?.Value is { } next
                && (!jobs.TryGetValue(next.JobId, out var alone) || !(alone || next.IsAlone)))
            {
                waiting.RemoveFirst();
                group.Add(next);
                jobs[next.JobId] = next.IsAlone;
            }

            isUnderWay = group.Count > 0;
        }

        return group;
    }

    private async Task HappenAsync(List<PendingEvent> group)
    {
        for (var tryNumber = 1; tryNumber <= MostTries; tryNumber++)
        {
            var goesByMemory = tryNumber == 1;
            var page = new LedgerPage(store, recent, goesByMemory, limits, time);
            await page.LoadAsync(group);
            var result = await page.KeepAsync(group);
            if (result == CommitResult.Committed)
            {
                group.ForEach(what => what.End());
                return;
            }

            if (result == CommitResult.Conflict && goesByMemory)
            {
                continue;
            }

            if (group.Count > 1)
            {
                // Another Broker was faster with one of them, or there is no room for all.
                var half = group.Count / 2;
                await HappenAsync(group[..half]);
                await HappenAsync(group[half..]);
                return;
            }

            if (result == CommitResult.Full)
            {
                var refused = group[0].Ruling!;
                group[0].Judge(() =>
                    Ruling.Refused(refused.Job, "there is no room for it", refused.Shots[0]));
                group[0].End();
                return;
            }
        }

        throw new InvalidOperationException(
            $"job {group[0].JobId} was changed by others {MostTries} times while one event waited");
    }
}
