namespace RenderFarm.Diffusion.Onnx.Graphs;

/// <summary>Where a weight lies outside its graph's file.</summary>
/// <param name="Location">A path, as the graph's author wrote it: not to be trusted.</param>
/// <param name="Offset">The first byte.</param>
/// <param name="Length">How many bytes; null where the graph does not say.</param>
internal sealed record ExternalPlace(string Location, long Offset, long? Length);
