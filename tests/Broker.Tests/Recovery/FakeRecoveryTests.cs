using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Tests.Recovery;

public sealed class FakeRecoveryTests : RecoveryContract
{
    private readonly FakeRollingStore store = new();
    private (int ChangeCount, StoreMark Mark) snapshot;

    internal override IJobStore Store => store;

    internal override Task LoseAllAsync()
    {
        store.LoseAll();
        return Task.CompletedTask;
    }

    internal override Task SnapshotAsync()
    {
        snapshot = store.Snapshot();
        return Task.CompletedTask;
    }

    internal override Task GoBackAsync()
    {
        store.GoBack(snapshot);
        return Task.CompletedTask;
    }
}
