namespace RenderFarm.Cli.Farms;

/// <summary>What a farm in one process needs to know.</summary>
/// <param name="StoreFolder">Keeps finished shots between runs.</param>
/// <param name="ModelFolder">The model package; Flipbook where null.</param>
/// <param name="Device"><c>cpu</c>, <c>cuda</c> or <c>auto</c>.</param>
internal sealed record EmbeddedFarmSettings(string StoreFolder, string? ModelFolder, string Device);
