using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Onnx.Graphs;

/// <summary>
/// A copy of a graph that has single precision wherever the graph has half: its tensors, the casts
/// to them, its constants and weights. Half precision ends at 65,504, which some networks pass for
/// some prompts; what loads the copy sees nothing but another model, of twice the size.
/// </summary>
internal sealed class WidenedGraph : GraphCopy
{
    private const int HalfType = 10;
    private const int SingleType = 1;
    private const string WeightFile = "weights";
    private const int LongestInside = 1024;
    private const int Alignment = 64;

    // Attributes that name a type: Cast; EyeLike, RandomNormal and others; QuantizeLinear.
    private static readonly string[] TypeNames = ["to", "dtype", "output_dtype"];

    private readonly PackageFolder files;
    private readonly string graphPath;

    private WidenedGraph(PackageFolder files, string graphPath)
        : base("single") => (this.files, this.graphPath) = (files, graphPath);

    private enum Kind
    {
        Model,
        Graph,
        Function,
        Node,
        Attribute,
        Weight,
        Value,
        Type,
        TensorType,
        ListType,
    }

    /// <summary>The copy of a graph, or null where it computes nothing in half precision.</summary>
    /// <exception cref="ModelException">It is missing, or no ONNX file.</exception>
    /// <exception cref="IOException">There is no room for the copy.</exception>
    public static WidenedGraph? Of(PackageFolder files, string path)
    {
        if (!GraphFile.Read(files, path).ComputesInHalf)
        {
            return null;
        }

        var widened = new WidenedGraph(files, path);
        try
        {
            widened.Write();
            return widened;
        }
        catch
        {
            widened.Dispose();
            throw;
        }
    }

    /// <summary>What a field of a message is, where there can be types in it.</summary>
    private static Kind? Inner(Kind kind, int field) => (kind, field) switch
    {
        (Kind.Model, 7) => Kind.Graph,
        (Kind.Model, 25) => Kind.Function,
        (Kind.Graph, 1) or (Kind.Function, 7) => Kind.Node,
        (Kind.Graph, 5) or (Kind.Attribute, 5 or 10) => Kind.Weight,
        (Kind.Graph, 11 or 12 or 13) or (Kind.Function, 12) => Kind.Value,
        (Kind.Node, 5) or (Kind.Function, 11) => Kind.Attribute,
        (Kind.Attribute, 6 or 11) => Kind.Graph,
        (Kind.Attribute, 14 or 15) or (Kind.Value, 2) or (Kind.ListType, 1) => Kind.Type,
        (Kind.Type, 1) => Kind.TensorType,
        (Kind.Type, 4 or 9) => Kind.ListType,
        _ => null,
    };

    private void Write()
    {
        using var graph = File.OpenRead(files.Find(graphPath));
        using var weights = File.Create(System.IO.Path.Combine(Folder, WeightFile));
        File.WriteAllBytes(Path, Copied(new ProtoReader(graph), Kind.Model, weights));
    }

    private byte[] Copied(ProtoReader message, Kind kind, FileStream weights)
    {
        var (copy, name, number) = (new ProtoWriter(), "", (long?)null);
        while (message.Read())
        {
            if (Inner(kind, message.Field) is { } inner)
            {
                copy.Message(
                    message.Field,
                    inner == Kind.Weight
                        ? Weight(message, kind == Kind.Graph ? weights : null)
                        : Copied(message.Message(), inner, weights));
            }
            else if (kind == Kind.TensorType && message is { Field: 1, Number: HalfType })
            {
                copy.Number(1, SingleType);
            }
            else if (kind == Kind.Attribute && message.Field == 3)
            {
                number = message.Number;
            }
            else
            {
                name = kind == Kind.Attribute && message.Field == 1 ? message.Text() : name;
                copy.Copy(message);
            }
        }

        if (number is { } found)
        {
            copy.Number(3, found == HalfType && TypeNames.Contains(name) ? SingleType : found);
        }

        return copy.ToArray();
    }

    /// <summary>
    /// A weight: as it is, or widened. What is long goes to the file beside the graph, since a
    /// graph's own file has a limit of 2 GiB.
    /// </summary>
    /// <param name="field">The weight.</param>
    /// <param name="weights">That file; null where a graph must have its values inside.</param>
    private byte[] Weight(ProtoReader field, FileStream? weights)
    {
        var weight = GraphWeight.Read(field.Message());
        var isHalf = weight.Type == "fp16";
        if (!isHalf && weight.External is null)
        {
            return field.Bytes();
        }

        var (copy, message) = (new ProtoWriter(), field.Message());
        List<byte> listed = [];
        while (message.Read())
        {
            switch (message.Field)
            {
                case 1 or 8 or 12:
                case 2 when !isHalf:
                    copy.Copy(message);
                    break;
                case 5:
                    listed.AddRange(message.Numbers().SelectMany(
                        bits => BitConverter.GetBytes((ushort)bits)));
                    break;
            }
        }

        var values = weight.External is null && weight.Offset is null
            ? [.. listed]
            : Values(weight);
        if (isHalf)
        {
            values = RealType.ToBytes("fp32", RealType.ToSingle("fp16", values));
            copy.Number(2, SingleType);
        }

        if (weights is null || values.Length <= LongestInside)
        {
            copy.Message(9, values);
            return copy.ToArray();
        }

        weights.Position = (weights.Length + Alignment - 1) / Alignment * Alignment;
        Place(copy, "location", WeightFile);
        Place(copy, "offset", $"{weights.Position}");
        Place(copy, "length", $"{values.Length}");
        copy.Number(14, 1);
        weights.Write(values);
        return copy.ToArray();
    }

    private byte[] Values(GraphWeight weight)
    {
        var (path, offset) = weight.External is { } place
            ? (graphPath[..(graphPath.LastIndexOf('/') + 1)] + place.Location, place.Offset)
            : (graphPath, weight.Offset!.Value);
        using var stream = File.OpenRead(files.Find(path));
        var values = new byte[weight.ByteCount];
        stream.Position = offset;
        stream.ReadExactly(values);
        return values;
    }

    private static void Place(ProtoWriter tensor, string key, string value)
    {
        var pair = new ProtoWriter();
        pair.Text(1, key);
        pair.Text(2, value);
        tensor.Message(13, pair.ToArray());
    }
}
