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
    ExternalPlace? External)
{
    /// <summary>Reads what a graph says of a weight; its values are skipped.</summary>
    public static GraphWeight Read(ProtoReader tensor)
    {
        var (name, type, isExternal) = ("", 0L, false);
        long? offset = null;
        List<long> sizes = [];
        Dictionary<string, string> place = [];
        while (tensor.Read())
        {
            switch (tensor.Field)
            {
                case 1:
                    sizes.AddRange(tensor.Numbers());
                    break;
                case 2:
                    type = tensor.Number;
                    break;
                case 8:
                    name = tensor.Text();
                    break;
                case 9:
                    offset = tensor.Offset;
                    break;
                case 13:
                    var (key, value) = ReadPair(tensor.Message());
                    place[key] = value;
                    break;
                case 14:
                    isExternal = tensor.Number == 1;
                    break;
            }
        }

        var external = isExternal || place.Count > 0
            ? new ExternalPlace(
                place.GetValueOrDefault("location", ""),
                Whole(place.GetValueOrDefault("offset")) ?? 0,
                Whole(place.GetValueOrDefault("length")))
            : null;
        return new GraphWeight(
            name,
            ElementTypes.NameOf(type),
            sizes,
            ElementTypes.BytesOf(type, sizes),
            offset,
            external);
    }

    private static long? Whole(string? text) =>
        text is null ? null
        : long.TryParse(text, out var number) && number >= 0 ? number
        : throw new InvalidDataException($"a place '{text}' of a weight");

    private static (string Key, string Value) ReadPair(ProtoReader pair)
    {
        var (key, value) = ("", "");
        while (pair.Read())
        {
            (key, value) = pair.Field == 1 ? (pair.Text(), value) : (key, pair.Text());
        }

        return (key, value);
    }
}
