using System.Runtime.InteropServices;
using System.Text.Json;

namespace RenderFarm.Diffusion.Model.Golden;

/// <summary>One tensor of golden.json, with its values.</summary>
internal sealed record GoldenTensor(string Name, bool IsWhole, long[] Shape, float[] Values)
{
    public static GoldenTensor Read(PackageFolder folder, JsonElement tensor)
    {
        var name = tensor.GetProperty("name").GetString()!;
        var type = tensor.GetProperty("type").GetString();
        var file = $"golden/{tensor.GetProperty("file").GetString()}";
        long[] shape =
            [.. tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        var bytes = File.ReadAllBytes(folder.Find(file));
        float[] values = type switch
        {
            "float32" => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            "float16" => Cast<Half>(bytes, value => (float)value),
            "float64" => Cast<double>(bytes, value => (float)value),
            "int64" => Cast<long>(bytes, value => value),
            "int32" => Cast<int>(bytes, value => value),
            "bool" => Cast<byte>(bytes, value => value),
            _ => throw new ModelException(
                $"{file}: expected float16, float32, float64, int32, int64 or bool, "
                + $"found '{type}'."),
        };
        var length = shape.Aggregate(1L, (product, size) => product * size);
        return length == values.Length
            ? new GoldenTensor(name, type is "int64" or "int32" or "bool", shape, values)
            : throw new ModelException(
                $"{file}: expected {length} values, found {values.Length}.");
    }

    private static float[] Cast<T>(byte[] bytes, Func<T, float> read)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        var result = new float[values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = read(values[i]);
        }

        return result;
    }
}
