using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>A call of a job store that can be made again of another one.</summary>
/// <param name="Name">What is called.</param>
/// <param name="ReadsTwice">Whether Redis answers it in more than one step.</param>
/// <param name="AskAsync">Makes the call.</param>
internal sealed record StoreCall(
    string Name, bool ReadsTwice, Func<IJobStore, Task<object>> AskAsync);
