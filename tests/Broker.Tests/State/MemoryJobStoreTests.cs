using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Tests.State;

public sealed class MemoryJobStoreTests : JobStoreContract
{
    internal override IJobStore Store { get; } = new MemoryJobStore();
}
