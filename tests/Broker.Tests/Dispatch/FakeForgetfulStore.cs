using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>
/// A real store whose deletes and commits fail when they are told to, as after a crash.
/// </summary>
internal sealed class FakeForgetfulStore(IJobStore real) : IJobStore
{
    public bool DeletesFail { get; set; }

    /// <summary>Called before each commit; says whether somebody else is faster.</summary>
    public Func<bool> Loses { get; set; } = () => false;

    public Signal OutboxWritten => real.OutboxWritten;

    public Task<IReadOnlyList<StoredRecord?>> LoadAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        real.LoadAsync(keys, cancellationToken);

    public Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken) =>
        Loses()
            ? Task.FromResult(CommitResult.Conflict)
            : real.CommitAsync(commit, cancellationToken);

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
        DeletesFail
            ? throw new IOException("the Broker dies here")
            : real.DeleteOutboxAsync(ids, cancellationToken);

    public Task<bool> TryHoldAsync(
        string right, string holder, TimeSpan duration, CancellationToken cancellationToken) =>
        real.TryHoldAsync(right, holder, duration, cancellationToken);
}
