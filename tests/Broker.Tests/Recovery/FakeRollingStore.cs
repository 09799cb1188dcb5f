using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.Dispatch;

namespace RenderFarm.Broker.Tests.Recovery;

/// <summary>
/// A real store in memory that loses everything, or goes back to how it was, when it is told to.
/// It tells of its epoch as Redis does.
/// </summary>
internal sealed class FakeRollingStore : IJobStore, IEpochStore
{
    private readonly Lock gate = new();
    private List<Func<IJobStore, Task>> changes = [];
    private FakeForgetfulStore real = new(new MemoryJobStore());
    private StoreMark mark = StoreMark.None;

    public IEpochStore Epochs => this;

    public StoreTrust Trust { get; } = new();

    public Signal OutboxWritten { get; } = new();

    /// <summary>How it is now, for <see cref="GoBack"/>.</summary>
    public (int ChangeCount, StoreMark Mark) Snapshot() => (changes.Count, mark);

    /// <summary>Everything is gone.</summary>
    public void LoseAll() => Reset([], StoreMark.None);

    /// <summary>Everything is as it was.</summary>
    public void GoBack((int ChangeCount, StoreMark Mark) snapshot) =>
        Reset(changes[..snapshot.ChangeCount], snapshot.Mark);

    public Task<StoreMark> ReadAsync(CancellationToken cancellationToken) =>
        Task.FromResult(mark);

    public Task<bool> TryBeginAsync(
        string fromEpochId, StoreMark epoch, bool wipe, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (mark.EpochId != fromEpochId)
            {
                return Task.FromResult(false);
            }

            if (wipe)
            {
                Reset([], StoreMark.None);
            }

            mark = epoch with { CommitCount = mark.CommitCount };
            return Task.FromResult(true);
        }
    }

    public Task FinishAsync(string epochId, CancellationToken cancellationToken)
    {
        mark = mark.EpochId == epochId ? mark with { IsReady = true } : mark;
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<StoredRecord?>> LoadAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var before = Trust.Current;
        var found = await real.LoadAsync(keys, cancellationToken);
        Trust.Check(before, mark.EpochId, mark.CommitCount, isCommit: false);
        return found;
    }

    public async Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        var before = Trust.Current;
        Trust.Check(before, mark.EpochId, mark.CommitCount, isCommit: false);
        var result = await real.CommitAsync(commit, cancellationToken);
        if (result == CommitResult.Committed)
        {
            changes.Add(store => store.CommitAsync(commit, default));
            mark = mark with { CommitCount = mark.CommitCount + 1 };
            Trust.Check(before, mark.EpochId, mark.CommitCount, isCommit: true);
        }

        return result;
    }

    public Task<IReadOnlyList<string>> ReadIndexAsync(
        string index, IndexRange range, CancellationToken cancellationToken) =>
        real.ReadIndexAsync(index, range, cancellationToken);

    public Task<long> CountIndexAsync(
        string index, double least, CancellationToken cancellationToken) =>
        real.CountIndexAsync(index, least, cancellationToken);

    public Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(
        int count, CancellationToken cancellationToken) =>
        real.ReadOutboxAsync(count, cancellationToken);

    public Task DeleteOutboxAsync(
        IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        changes.Add(store => store.DeleteOutboxAsync(ids, default));
        return real.DeleteOutboxAsync(ids, cancellationToken);
    }

    public Task<bool> TryHoldAsync(
        string right, string holder, TimeSpan duration, CancellationToken cancellationToken) =>
        real.TryHoldAsync(right, holder, duration, cancellationToken);

    /// <summary>A store in memory answers at once, so that nothing is waited for.</summary>
    private void Reset(List<Func<IJobStore, Task>> kept, StoreMark next)
    {
        real = new FakeForgetfulStore(new MemoryJobStore());
        foreach (var change in kept)
        {
            change(real).GetAwaiter().GetResult();
        }

        changes = [.. kept];
        mark = next;
    }
}
