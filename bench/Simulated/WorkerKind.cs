namespace RenderFarm.Benchmarks.Simulated;

/// <summary>Workers that are alike.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Count">How many.</param>
/// <param name="MemoryGib">GPU memory of each.</param>
/// <param name="Speed">Measured speed; single ones differ from it by some hundredths.</param>
internal sealed record WorkerKind(string Name, int Count, double MemoryGib, double Speed);
