using System.Runtime.InteropServices;
using System.Text;

namespace RenderFarm.Diffusion.Tests.Onnx;

/// <summary>Writes parts of small ONNX files, field by field as onnx.proto numbers them.</summary>
internal static class OnnxFile
{
    public const int Single = 1;

    public static byte[] Model(
        IEnumerable<byte[]> nodes,
        IEnumerable<byte[]> weights,
        IEnumerable<byte[]> inputs,
        byte[] output)
    {
        var graph = Graph(nodes, weights, inputs, output);
        byte[] opset = [.. Field(1, ""), .. Field(2, 17)];
        return [.. Field(1, 8), .. Field(7, graph), .. Field(8, opset)];
    }

    public static byte[] Graph(
        IEnumerable<byte[]> nodes,
        IEnumerable<byte[]> weights,
        IEnumerable<byte[]> inputs,
        byte[] output) =>
    [
        .. nodes.SelectMany(node => Field(1, node)), .. Field(2, "tiny"),
        .. weights.SelectMany(weight => Field(5, weight)),
        .. inputs.SelectMany(input => Field(11, input)), .. Field(12, output),
    ];

    public static byte[] Node(
        string kind, string output, IEnumerable<string> inputs, params byte[][] attributes) =>
    [
        .. inputs.SelectMany(input => Field(1, input)), .. Field(2, output), .. Field(4, kind),
        .. attributes.SelectMany(attribute =>
            attribute[0] >> 3 is 3 or 7 ? attribute : Field(5, attribute)),
    ];

    public static byte[] Attribute(string name, int value) =>
        [.. Field(1, name), .. Field(3, value), .. Field(20, 2)];

    public static byte[] Attribute(string name, int[] values) =>
        [.. Field(1, name), .. values.SelectMany(value => Field(8, value)), .. Field(20, 7)];

    public static byte[] ConstantAttribute(string name, byte[] weight) =>
        [.. Field(1, name), .. Field(5, weight), .. Field(20, 4)];

    public static byte[] GraphAttribute(string name, byte[] graph) =>
        [.. Field(1, name), .. Field(6, graph), .. Field(20, 5)];

    /// <summary>A constant of 16-bit floats.</summary>
    public static byte[] HalfWeight(string name, int[] sizes, Half[] values) =>
    [
        .. Half(name, sizes), .. Field(9, MemoryMarshal.AsBytes<Half>(values).ToArray()),
    ];

    /// <summary>A constant of 16-bit floats, as a list of whole numbers with their bits.</summary>
    public static byte[] ListedHalfWeight(string name, int[] sizes, Half[] values) =>
    [
        .. Half(name, sizes),
        .. Field(5, [.. values.SelectMany(
            value => Varint(BitConverter.HalfToUInt16Bits(value)))]),
    ];

    /// <summary>A constant of 16-bit floats in another file.</summary>
    public static byte[] ExternalHalfWeight(string name, int[] sizes, string location) =>
    [
        .. Half(name, sizes), .. Field(13, Pair("location", location)), .. Field(14, 1),
    ];

    /// <summary>A constant of 32-bit floats.</summary>
    public static byte[] Weight(string name, int[] sizes, float[] values) =>
    [
        .. sizes.SelectMany(size => Field(1, size)), .. Field(2, Single), .. Field(8, name),
        .. Field(9, MemoryMarshal.AsBytes<float>(values).ToArray()),
    ];

    /// <summary>A constant of 64-bit whole numbers, along one axis.</summary>
    public static byte[] Sizes(string name, params long[] values) =>
    [
        .. Field(1, values.Length), .. Field(2, TinyGraph.Int64), .. Field(8, name),
        .. Field(9, MemoryMarshal.AsBytes<long>(values).ToArray()),
    ];

    /// <summary>A node's own name, which faults tell; goes where an attribute goes.</summary>
    public static byte[] Name(string name) => Field(3, name);

    /// <summary>A node's operator is of another domain; goes where an attribute goes.</summary>
    public static byte[] Domain(string name) => Field(7, name);

    /// <summary>A constant of 32-bit floats in another file.</summary>
    public static byte[] ExternalWeight(
        string name, int count, string location, int offset, int length) =>
    [
        .. Field(1, count), .. Field(2, Single), .. Field(8, name),
        .. Field(13, Pair("location", location)), .. Field(13, Pair("offset", $"{offset}")),
        .. Field(13, Pair("length", $"{length}")), .. Field(14, 1),
    ];

    /// <summary>An input or output; a size of -1 is free.</summary>
    public static byte[] Value(string name, int type, params int[] sizes)
    {
        byte[] shape = [.. sizes.SelectMany((size, axis) => Field(
            1, size < 0 ? Field(2, $"{name}{axis}") : Field(1, size)))];
        byte[] tensor = [.. Field(1, type), .. Field(2, shape)];
        return [.. Field(1, name), .. Field(2, Field(1, tensor))];
    }

    private static byte[] Half(string name, int[] sizes) =>
    [
        .. sizes.SelectMany(size => Field(1, size)), .. Field(2, TinyGraph.Half), .. Field(8, name),
    ];

    private static byte[] Pair(string key, string value) =>
        [.. Field(1, key), .. Field(2, value)];

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
