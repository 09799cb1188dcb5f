namespace RenderFarm.Benchmarks.Simulated;

/// <summary>Who shares the farm.</summary>
internal sealed record SimTenant(string Id, double Weight);
