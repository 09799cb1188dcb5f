using System.Text;

namespace RenderFarm.Diffusion.Tests.Onnx;

/// <summary>
/// Writes the smallest ONNX files, so that graphs with other types and names than our model's can
/// be run: the sum of its inputs, each cast to the type of the output.
/// </summary>
internal static class TinyGraph
{
    public const int Single = 1;
    public const int Int32 = 6;
    public const int Int64 = 7;
    public const int Half = 10;

    /// <param name="output">Name, type, and sizes, where -1 is free.</param>
    /// <param name="inputs">The same for each input; at least two.</param>
    public static byte[] Sum(
        (string Name, int Type, int[] Sizes) output,
        params (string Name, int Type, int[] Sizes)[] inputs)
    {
        var graph = new List<byte>();
        foreach (var (name, _, _) in inputs)
        {
            byte[] to = [.. Field(1, "to"), .. Field(3, output.Type), .. Field(20, 2)];
            graph.AddRange(Field(1,
            [
                .. Field(1, name), .. Field(2, name + "_cast"), .. Field(4, "Cast"),
                .. Field(5, to),
            ]));
        }

        byte[] terms = [.. inputs.SelectMany(input => Field(1, input.Name + "_cast"))];
        graph.AddRange(Field(1, [.. terms, .. Field(2, output.Name), .. Field(4, "Sum")]));
        graph.AddRange(Field(2, "tiny"));
        graph.AddRange(inputs.SelectMany(input => Field(11, Value(input))));
        graph.AddRange(Field(12, Value(output)));
        byte[] opset = [.. Field(1, ""), .. Field(2, 17)];
        return [.. Field(1, 8), .. Field(7, [.. graph]), .. Field(8, opset)];
    }

    private static byte[] Value((string Name, int Type, int[] Sizes) tensor)
    {
        byte[] shape = [.. tensor.Sizes.SelectMany((size, axis) => Field(
            1, size < 0 ? Field(2, $"axis{axis}") : Field(1, size)))];
        byte[] type = [.. Field(1, tensor.Type), .. Field(2, shape)];
        return [.. Field(1, tensor.Name), .. Field(2, Field(1, type))];
    }

    private static byte[] Field(int number, string text) =>
        Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] bytes) =>
        [.. Varint((number << 3) | 2), .. Varint(bytes.Length), .. bytes];

    private static byte[] Field(int number, int value) =>
        [.. Varint(number << 3), .. Varint(value)];

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value > 127; value >>= 7)
        {
            yield return (byte)(value | 128);
        }

        yield return (byte)value;
    }
}
