namespace RenderFarm.Diffusion.Onnx.Graphs;

/// <summary>A constant tensor of a graph.</summary>
/// <param name="Name">What the graph calls it.</param>
/// <param name="Type">The element type, as in <c>fp16</c>.</param>
/// <param name="Sizes">Along each axis.</param>
/// <param name="ByteCount">How long it is.</param>
/// <param name="Offset">The first byte in the graph's own file; null if not there as such.</param>
/// <param name="External">Where it lies, if not in the graph's own file.</param>
internal sealed record GraphWeight(
    string Name,
    string Type,
    IReadOnlyList<long> Sizes,
    long ByteCount,
    long? Offset,
    ExternalPlace? External);
