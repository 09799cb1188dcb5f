namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>Something that can happen next in a simulated world.</summary>
/// <param name="Name">Its name in a trace.</param>
/// <param name="Weight">How often it happens, against the others that are possible.</param>
/// <param name="Needs">The fault that it is, or none.</param>
/// <param name="IsPossible">Whether it can happen now.</param>
/// <param name="Take">It happens.</param>
internal sealed record FakeAction(
    string Name,
    int Weight,
    Faults Needs,
    Func<FakeWorld, bool> IsPossible,
    Action<FakeWorld> Take);
