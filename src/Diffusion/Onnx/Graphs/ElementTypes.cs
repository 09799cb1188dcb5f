namespace RenderFarm.Diffusion.Onnx.Graphs;

/// <summary>ONNX's element types by number: https://onnx.ai/onnx/api/classes.html</summary>
internal static class ElementTypes
{
    private static readonly Dictionary<long, (string Name, int Bits)> Known = new()
    {
        [1] = ("fp32", 32), [2] = ("uint8", 8), [3] = ("int8", 8), [4] = ("uint16", 16),
        [5] = ("int16", 16), [6] = ("int32", 32), [7] = ("int64", 64), [8] = ("string", 0),
        [9] = ("bool", 8), [10] = ("fp16", 16), [11] = ("fp64", 64), [12] = ("uint32", 32),
        [13] = ("uint64", 64), [16] = ("bf16", 16), [17] = ("fp8", 8), [18] = ("fp8", 8),
        [19] = ("fp8", 8), [20] = ("fp8", 8), [21] = ("uint4", 4), [22] = ("int4", 4),
        [23] = ("fp4", 4),
    };

    public static string NameOf(long type) =>
        Known.TryGetValue(type, out var known) ? known.Name : $"type {type}";

    /// <summary>How many bytes so many elements take.</summary>
    /// <exception cref="OverflowException">More than any file has.</exception>
    public static long BytesOf(long type, IEnumerable<long> sizes)
    {
        var bits = Known.TryGetValue(type, out var known) ? known.Bits : 0;
        return checked((sizes.Aggregate(1L, (product, size) => product * size) * bits) + 7) / 8;
    }
}
