using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// The job store that the processes of a simulated world share: the one in memory, with a journal,
/// so that it can be put back to an earlier moment. The auditor sees every commit.
/// </summary>
internal sealed class FakeJobStore(FakeWorld world)
{
    private readonly List<object> journal = [];
    private readonly Dictionary<string, (string Holder, TimeSpan Until)> rights = [];
    private MemoryJobStore store = new();
    private int commitCount;

    /// <summary>Every call in order, where they are recorded.</summary>
    public List<StoreCall>? Calls { get; init; }

    /// <summary>Every commit that is kept.</summary>
    public IEnumerable<Commit> Commits => journal.OfType<Commit>();

    /// <summary>Changes so far.</summary>
    public int Age => journal.Count;

    public IReadOnlyList<StoredRecord?> Load(IReadOnlyList<string> keys) =>
        Ask("load", s => s.LoadAsync(keys, default));

    public CommitResult Commit(Commit commit)
    {
        commitCount++;
        var done = Mutate(commit);
        var result = Ask("commit", s => s.CommitAsync(done, default));
        if (result == CommitResult.Committed)
        {
            journal.Add(done);
            world.Auditor.Committed(done);
            if (commit.Limits.FirstOrDefault(
                limit => CountIndex(limit.Index, double.NegativeInfinity)
                    > limit.Count - 1 + commit.Indexes.Count(change =>
                        change.Index == limit.Index && change.Score is not null)) is { } broken)
            {
                throw new BrokenInvariantException($"{broken.Index} holds more than it may");
            }
        }

        return result;
    }

    public IReadOnlyList<string> ReadIndex(string index, IndexRange range) =>
        Ask("read", s => s.ReadIndexAsync(index, range, default));

    /// <summary>A whole index.</summary>
    public IReadOnlyList<string> ReadIndex(string index) =>
        store.ReadIndexAsync(index, IndexRange.First(int.MaxValue), default).Result;

    public long CountIndex(string index, double least) =>
        Ask("count", s => s.CountIndexAsync(index, least, default));

    public IReadOnlyList<OutboxRow> ReadOutbox(int count)
    {
        var rows = Ask("outbox", s => s.ReadOutboxAsync(count, default), true);
        if (world.Setup.Mutant == Mutant.DeleteBeforeSend)
        {
            DeleteOutbox([.. rows.Select(row => row.Id)]);
        }

        return rows;
    }

    public bool DeleteOutbox(IReadOnlyList<string> ids)
    {
        Calls?.Add(new StoreCall("delete", false, async s =>
        {
            await s.DeleteOutboxAsync(ids, default);
            return true;
        }));
        store.DeleteOutboxAsync(ids, default).Wait();
        journal.Add(ids);
        world.Auditor.Deleted(ids);
        return true;
    }

    public bool TryHold(string right, string holder, TimeSpan duration)
    {
        if (rights.TryGetValue(right, out var known) && known.Holder != holder
            && known.Until > world.Elapsed)
        {
            return false;
        }

        rights[right] = (holder, world.Elapsed + duration);
        return true;
    }

    /// <summary>Everything after a moment never happened.</summary>
    public void Rollback(int age)
    {
        store = new();
        rights.Clear();
        world.Auditor.Forget();
        journal.RemoveRange(age, journal.Count - age);
        foreach (var change in journal)
        {
            if (change is Commit commit)
            {
                store.CommitAsync(commit, default).Wait();
                world.Auditor.Restored(commit);
            }
            else
            {
                var ids = (IReadOnlyList<string>)change;
                store.DeleteOutboxAsync(ids, default).Wait();
                world.Auditor.Deleted(ids);
            }
        }
    }

    private Commit Mutate(Commit commit) => world.Setup.Mutant switch
    {
        Mutant.UncheckedCommit => commit with
        {
            Records = [.. commit.Records.Select(r => r.ExpectedVersion == 0
                ? r
                : r with { ExpectedVersion = RecordWrite.AnyVersion })],
        },
        Mutant.UncheckedGuard => commit with
        {
            Records = [.. commit.Records.Where(r => r.Json != RecordWrite.Same)],
        },
        Mutant.UncheckedLimit => commit with { Limits = [] },
        Mutant.StateWithoutRows when commitCount % 20 == 19 => commit with { Rows = [] },
        _ => commit,
    };

    private T Ask<T>(string name, Func<IJobStore, Task<T>> ask, bool readsTwice = false)
    {
        Calls?.Add(new StoreCall(name, readsTwice, async s => (await ask(s))!));
        return ask(store).Result;
    }
}
