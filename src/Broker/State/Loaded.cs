namespace RenderFarm.Broker.State;

/// <summary>A state and the version that it was read with.</summary>
internal sealed record Loaded<T>(T State, long Version);
