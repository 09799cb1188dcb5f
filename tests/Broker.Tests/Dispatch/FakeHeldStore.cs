using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>A real store whose commits wait until a test lets them happen.</summary>
internal sealed class FakeHeldStore(IJobStore real) : IJobStore
{
    private TaskCompletionSource held = new();

    /// <summary>Every commit that was asked for.</summary>
    public List<Commit> Commits { get; } = [];

    public Signal OutboxWritten => real.OutboxWritten;

    /// <summary>Lets those that wait happen, and all that follow.</summary>
    public void Release() => held.TrySetResult();

    /// <summary>Holds back what follows.</summary>
    public void Hold() => held = new();

    public Task<IReadOnlyList<StoredRecord?>> LoadAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        real.LoadAsync(keys, cancellationToken);

    public async Task<CommitResult> CommitAsync(
        Commit commit, CancellationToken cancellationToken)
    {
        Commits.Add(commit);
        await held.Task.WaitAsync(cancellationToken);
        return await real.CommitAsync(commit, cancellationToken);
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
        IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        real.DeleteOutboxAsync(ids, cancellationToken);

    public Task<bool> TryHoldAsync(
        string right, string holder, TimeSpan duration, CancellationToken cancellationToken) =>
        real.TryHoldAsync(right, holder, duration, cancellationToken);
}
