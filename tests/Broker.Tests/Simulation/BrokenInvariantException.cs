namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>Something happened in a simulated world that must never happen.</summary>
internal sealed class BrokenInvariantException(string message) : InvalidOperationException(message);
