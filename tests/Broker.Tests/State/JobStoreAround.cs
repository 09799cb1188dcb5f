using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Tests.State;

/// <summary>Hands everything on to a real store; a fake that disturbs one thing starts here.
/// </summary>
internal abstract class JobStoreAround(IJobStore real) : IJobStore
{
    public virtual Signal OutboxWritten => Real.OutboxWritten;

    protected IJobStore Real { get; set; } = real;

    public virtual Task<IReadOnlyList<StoredRecord?>> LoadAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        Real.LoadAsync(keys, cancellationToken);

    public virtual Task<CommitResult> CommitAsync(
        Commit commit, CancellationToken cancellationToken) =>
        Real.CommitAsync(commit, cancellationToken);

    public virtual Task<IReadOnlyList<string>> ReadIndexAsync(
        string index, IndexRange range, CancellationToken cancellationToken) =>
        Real.ReadIndexAsync(index, range, cancellationToken);

    public virtual Task<long> CountIndexAsync(
        string index, double least, CancellationToken cancellationToken) =>
        Real.CountIndexAsync(index, least, cancellationToken);

    public virtual Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(
        int count, CancellationToken cancellationToken) =>
        Real.ReadOutboxAsync(count, cancellationToken);

    public virtual Task DeleteOutboxAsync(
        IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        Real.DeleteOutboxAsync(ids, cancellationToken);

    public virtual Task<bool> TryHoldAsync(
        string right, string holder, TimeSpan duration, CancellationToken cancellationToken) =>
        Real.TryHoldAsync(right, holder, duration, cancellationToken);
}
