using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>One process' line to the job store: every call may fail, or be its last.</summary>
internal sealed class FakeStoreLine(FakeProcess process, FakeJobStore store) : IJobStore
{
    public Signal OutboxWritten { get; } = new();

    public Task<IReadOnlyList<StoredRecord?>> LoadAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        AskAsync("load", keys.Count > 0 ? keys[0] : "", () => store.Load(keys));

    public Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken) =>
        AskAsync(
            "commit",
            commit.Records.Count > 0 ? commit.Records[^1].Key : "",
            () => store.Commit(commit));

    public Task<IReadOnlyList<string>> ReadIndexAsync(
        string index, IndexRange range, CancellationToken cancellationToken) =>
        AskAsync("read", index, () => store.ReadIndex(index, range));

    public Task<long> CountIndexAsync(
        string index, double least, CancellationToken cancellationToken) =>
        AskAsync("count", index, () => store.CountIndex(index, least));

    public Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(
        int count, CancellationToken cancellationToken) =>
        AskAsync("read", "outbox", () => store.ReadOutbox(count));

    public Task DeleteOutboxAsync(
        IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        AskAsync("delete", "outbox", () => store.DeleteOutbox(ids));

    public Task<bool> TryHoldAsync(
        string right, string holder, TimeSpan duration, CancellationToken cancellationToken) =>
        AskAsync("hold", right, () => store.TryHold(right, holder, duration));

    private Task<T> AskAsync<T>(string what, string about, Func<T> effect) =>
        process.AskAsync(FakeEffectKind.Store, what, about, effect);
}
