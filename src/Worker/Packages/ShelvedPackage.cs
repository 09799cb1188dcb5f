namespace RenderFarm.Worker.Packages;

/// <summary>A package in a folder of packages.</summary>
/// <param name="Name">The model by name.</param>
/// <param name="Digest">The model by content.</param>
/// <param name="ByteCount">How much room it takes.</param>
/// <param name="UsedAt">When it was last opened.</param>
public sealed record ShelvedPackage(
    string Name, string Digest, long ByteCount, DateTimeOffset UsedAt);
