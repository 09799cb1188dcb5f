namespace RenderFarm.Benchmarks;

/// <summary>A command line that cannot be read; the message says how it is written.</summary>
internal sealed class UsageException(string usage) : Exception($"usage: {usage}");
