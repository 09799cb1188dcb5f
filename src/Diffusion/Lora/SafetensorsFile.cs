using System.Buffers.Binary;
using System.Text.Json;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx.Graphs;

namespace RenderFarm.Diffusion.Lora;

/// <summary>
/// Named tensors in one file: the length of a header, the header as JSON, the values.
/// https://github.com/huggingface/safetensors#format
/// </summary>
internal sealed class SafetensorsFile
{
    private const int LengthBytes = sizeof(long);
    private const long LongestHeader = 100_000_000;

    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly string full;

    private SafetensorsFile(string path, string full) => (Path, this.full) = (path, full);

    private sealed record Entry(string Type, long[] Sizes, long Offset, int ByteCount);

    /// <summary>Where it is in its package.</summary>
    public string Path { get; }

    public IEnumerable<string> Names => entries.Keys;

    /// <exception cref="ModelException">It is missing, or no such file.</exception>
    public static SafetensorsFile Read(PackageFolder folder, string path)
    {
        var file = new SafetensorsFile(path, folder.Find(path));
        try
        {
            using var stream = File.OpenRead(file.full);
            file.ReadHeader(stream);
            return file;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException
            or KeyNotFoundException or FormatException or EndOfStreamException
            or InvalidDataException or OverflowException)
        {
            throw new ModelException($"{path}: expected a safetensors file, found {fault.Message}");
        }
    }

    /// <summary>The size along each axis.</summary>
    public IReadOnlyList<long> SizesOf(string name) => entries[name].Sizes;

    /// <summary>Row by row.</summary>
    public float[] Values(string name)
    {
        var entry = entries[name];
        var bytes = new byte[entry.ByteCount];
        using var stream = File.OpenRead(full);
        stream.Position = entry.Offset;
        stream.ReadExactly(bytes);
        return RealType.ToSingle(entry.Type, bytes);
    }

    private void ReadHeader(FileStream stream)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (length < 2 || length > Math.Min(LongestHeader, stream.Length - LengthBytes))
        {
            throw new InvalidDataException($"a header of {length} bytes.");
        }

        var header = new byte[length];
        stream.ReadExactly(header);
        using var document = JsonDocument.Parse(header);
        foreach (var tensor in document.RootElement.EnumerateObject())
        {
            if (tensor.Name != "__metadata__")
            {
                entries[tensor.Name] = ReadEntry(tensor, LengthBytes + length, stream.Length);
            }
        }
    }

    private static Entry ReadEntry(JsonProperty tensor, long start, long end)
    {
        var type = tensor.Value.GetProperty("dtype").GetString() switch
        {
            "F32" => "fp32",
            "F16" => "fp16",
            "BF16" => "bf16",
            var other => throw new InvalidDataException($"{tensor.Name} of type {other}."),
        };
        var places = tensor.Value.GetProperty("data_offsets");
        var (first, last) = (places[0].GetInt64(), places[1].GetInt64());
        long[] sizes =
            [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];
        var needed = sizes.Aggregate(
            (long)RealType.ByteCount(type), (product, size) => checked(product * size));
        return first >= 0 && last - first == needed && last <= end - start
            && sizes.All(size => size > 0) && needed <= Array.MaxLength
            ? new Entry(type, sizes, start + first, (int)needed)
            : throw new InvalidDataException($"{tensor.Name} at {first} to {last}.");
    }
}
