namespace RenderFarm.Diffusion.Tests.Onnx;

/// <summary>
/// Writes the smallest ONNX files, so that graphs with other types and names than our model's can
/// be run: the sum of its inputs, each cast to the type of the output.
/// </summary>
internal static class TinyGraph
{
    public const int Single = OnnxFile.Single;
    public const int Int32 = 6;
    public const int Int64 = 7;
    public const int Half = 10;

    /// <param name="output">Name, type, and sizes, where -1 is free.</param>
    /// <param name="inputs">The same for each input; at least two.</param>
    public static byte[] Sum(
        (string Name, int Type, int[] Sizes) output,
        params (string Name, int Type, int[] Sizes)[] inputs)
    {
        var casts = inputs.Select(input => OnnxFile.Node(
            "Cast", input.Name + "_cast", [input.Name], OnnxFile.Attribute("to", output.Type)));
        var sum = OnnxFile.Node("Sum", output.Name, inputs.Select(input => input.Name + "_cast"));
        return OnnxFile.Model(
            casts.Append(sum),
            [],
            inputs.Select(input => OnnxFile.Value(input.Name, input.Type, input.Sizes)),
            OnnxFile.Value(output.Name, output.Type, output.Sizes));
    }
}
