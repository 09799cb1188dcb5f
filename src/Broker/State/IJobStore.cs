namespace RenderFarm.Broker.State;

/// <summary>
/// Keeps records, sorted indexes and the outbox: memory for one process, Redis for a farm. It knows
/// nothing of jobs; its one promise is that a commit happens whole or not at all.
/// </summary>
internal interface IJobStore
{
    /// <summary>
    /// Set whenever the outbox got rows, in this process or, where there is one, another.
    /// </summary>
    Signal OutboxWritten { get; }

    /// <summary>
    /// The epochs of a store that can lose what it was told; null for one that lives and ends with
    /// this process.
    /// </summary>
    IEpochStore? Epochs => null;

    /// <summary>Reads records; null where there is none.</summary>
    /// <exception cref="StoreForgotException">The store is not where it was.</exception>
    Task<IReadOnlyList<StoredRecord?>> LoadAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>Writes all of it, or nothing.</summary>
    /// <exception cref="StoreForgotException">The store is not where it was.</exception>
    Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken);

    /// <summary>Reads members of an index, lowest score first, equal scores by name.</summary>
    Task<IReadOnlyList<string>> ReadIndexAsync(
        string index, IndexRange range, CancellationToken cancellationToken);

    /// <summary>Counts the members of an index whose score is at least this.</summary>
    Task<long> CountIndexAsync(string index, double least, CancellationToken cancellationToken);

    /// <summary>Reads the oldest rows of the outbox.</summary>
    Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(int count, CancellationToken cancellationToken);

    /// <summary>Deletes rows that are sent.</summary>
    Task DeleteOutboxAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>
    /// Takes or keeps a right that one holder has at a time, until it is not kept for
    /// <paramref name="duration"/>. Only saves double work: nothing relies on it.
    /// </summary>
    Task<bool> TryHoldAsync(
        string right, string holder, TimeSpan duration, CancellationToken cancellationToken);
}
