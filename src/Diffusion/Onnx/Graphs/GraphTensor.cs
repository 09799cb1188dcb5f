namespace RenderFarm.Diffusion.Onnx.Graphs;

/// <summary>An input or output of a graph as its file describes it.</summary>
/// <param name="Name">What the graph calls it.</param>
/// <param name="Type">The element type, as in <c>fp16</c>.</param>
/// <param name="Dimensions">The size along each axis, or the axis' name, or "?".</param>
internal sealed record GraphTensor(string Name, string Type, IReadOnlyList<string> Dimensions)
{
    public override string ToString() => $"{Name} {Type} [{string.Join(", ", Dimensions)}]";
}
