using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;

namespace RenderFarm.Broker.Tests.Recovery;

/// <summary>
/// A real store in memory that loses everything, or goes back to how it was, when it is told to.
/// It tells of its epoch as Redis does.
/// </summary>
internal sealed class FakeRollingStore()
    : JobStoreAround(new MemoryJobStore()), IJobStore, IEpochStore
{
    private readonly Lock gate = new();
    private List<Func<IJobStore, Task>> changes = [];
    private StoreMark mark = StoreMark.None;

    public IEpochStore Epochs => this;

    public StoreTrust Trust { get; } = new();

    public override Signal OutboxWritten { get; } = new();

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

    public override async Task<IReadOnlyList<StoredRecord?>> LoadAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var before = Trust.Current;
        var found = await base.LoadAsync(keys, cancellationToken);
        Trust.Check(before, mark.EpochId, mark.CommitCount, isCommit: false);
        return found;
    }

    public override async Task<CommitResult> CommitAsync(
        Commit commit, CancellationToken cancellationToken)
    {
        var before = Trust.Current;
        Trust.Check(before, mark.EpochId, mark.CommitCount, isCommit: false);
        var result = await base.CommitAsync(commit, cancellationToken);
        if (result == CommitResult.Committed)
        {
            changes.Add(store => store.CommitAsync(commit, default));
            mark = mark with { CommitCount = mark.CommitCount + 1 };
            Trust.Check(before, mark.EpochId, mark.CommitCount, isCommit: true);
        }

        return result;
    }

    public override Task DeleteOutboxAsync(
        IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        changes.Add(store => store.DeleteOutboxAsync(ids, default));
        return base.DeleteOutboxAsync(ids, cancellationToken);
    }

    /// <summary>A store in memory answers at once, so that nothing is waited for.</summary>
    private void Reset(List<Func<IJobStore, Task>> kept, StoreMark next)
    {
        Real = new MemoryJobStore();
        foreach (var change in kept)
        {
            change(Real).GetAwaiter().GetResult();
        }

        changes = [.. kept];
        mark = next;
    }
}
