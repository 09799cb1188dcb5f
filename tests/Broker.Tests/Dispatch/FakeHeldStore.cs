using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>A real store whose commits wait until a test lets them happen.</summary>
internal sealed class FakeHeldStore(IJobStore real) : JobStoreAround(real)
{
    private TaskCompletionSource held = new();

    /// <summary>Every commit that was asked for.</summary>
    public List<Commit> Commits { get; } = [];

    /// <summary>Lets those that wait happen, and all that follow.</summary>
    public void Release() => held.TrySetResult();

    /// <summary>Holds back what follows.</summary>
    public void Hold() => held = new();

    public override async Task<CommitResult> CommitAsync(
        Commit commit, CancellationToken cancellationToken)
    {
        Commits.Add(commit);
        await held.Task.WaitAsync(cancellationToken);
        return await base.CommitAsync(commit, cancellationToken);
    }
}
