using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>
/// A real store whose deletes and commits fail when they are told to, as after a crash.
/// </summary>
internal sealed class FakeForgetfulStore(IJobStore real) : JobStoreAround(real)
{
    public bool DeletesFail { get; set; }

    /// <summary>Called before each commit; says whether somebody else is faster.</summary>
    public Func<bool> Loses { get; set; } = () => false;

    public override Task<CommitResult> CommitAsync(
        Commit commit, CancellationToken cancellationToken) =>
        Loses()
            ? Task.FromResult(CommitResult.Conflict)
            : base.CommitAsync(commit, cancellationToken);

    public override Task DeleteOutboxAsync(
        IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        DeletesFail
            ? throw new IOException("the Broker dies here")
            : base.DeleteOutboxAsync(ids, cancellationToken);
}
