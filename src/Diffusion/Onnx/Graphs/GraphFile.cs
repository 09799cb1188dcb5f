using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Onnx.Graphs;

/// <summary>
/// What a graph's file says of itself: all but the values of its weights, which are skipped.
/// Fields are numbered as in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
/// </summary>
internal sealed class GraphFile
{
    private readonly List<GraphTensor> inputs = [];
    private readonly List<GraphTensor> outputs = [];
    private readonly List<GraphWeight> weights = [];
    private readonly List<GraphProduct> products = [];
    private readonly Dictionary<(string Domain, string Name), int> operators = [];
    private readonly HashSet<string> ownDomains = [];
    private readonly HashSet<string> widened = [];

    private GraphFile(string path) => Path = path;

    /// <summary>Where it is in its package.</summary>
    public string Path { get; }

    public IReadOnlyList<GraphTensor> Inputs =>
        [.. inputs.Where(input => !weights.Exists(weight => weight.Name == input.Name))];

    public IReadOnlyList<GraphTensor> Outputs => outputs;

    public IReadOnlyList<GraphWeight> Weights => weights;

    /// <summary>Every node that multiplies, those of branches left out.</summary>
    public IReadOnlyList<GraphProduct> Products => products;

    /// <summary>How many nodes of each operator there are, those of branches included.</summary>
    public IReadOnlyDictionary<(string Domain, string Name), int> Operators => operators;

    /// <summary>Domains whose operators the file itself defines.</summary>
    public IReadOnlySet<string> OwnDomains => ownDomains;

    /// <summary>
    /// Bytes of weights once they are loaded: half-precision ones that the graph casts to single
    /// before it uses them are kept as single.
    /// </summary>
    public long LoadedByteCount => weights.Sum(weight =>
        weight.ByteCount * (weight.Type is "fp16" or "bf16" && widened.Contains(weight.Name)
            ? 2
            : 1));

    /// <summary>
    /// Whether it computes in half precision: it has weights, inputs or outputs of that type that
    /// it does not cast to single before it uses them.
    /// </summary>
    public bool ComputesInHalf =>
        weights.Exists(weight => weight.Type == "fp16" && !widened.Contains(weight.Name))
        || inputs.Concat(outputs).Any(tensor => tensor.Type == "fp16");

    /// <summary>The type that most of the weights have.</summary>
    public string Precision => weights
        .Where(weight => !weight.Type.StartsWith("int64", StringComparison.Ordinal))
        .GroupBy(weight => weight.Type)
        .OrderByDescending(group => group.Sum(weight => weight.ByteCount))
        .Select(group => group.Key)
        .FirstOrDefault("no weights");

    /// <exception cref="ModelException">It is missing, or no ONNX file.</exception>
    public static GraphFile Read(PackageFolder folder, string path)
    {
        using var stream = File.OpenRead(folder.Find(path));
        var file = new GraphFile(path);
        try
        {
            file.ReadModel(new ProtoReader(stream));
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException
            or OverflowException)
        {
            throw new ModelException($"{path}: expected an ONNX graph, found {fault.Message}.");
        }

        return file.outputs.Count > 0
            ? file
            : throw new ModelException($"{path}: expected an ONNX graph, found no outputs.");
    }

    public int Count(params ReadOnlySpan<string> names)
    {
        var count = 0;
        foreach (var name in names)
        {
            count += operators.Where(pair => pair.Key.Name == name).Sum(pair => pair.Value);
        }

        return count;
    }

    private void ReadModel(ProtoReader model)
    {
        while (model.Read())
        {
            if (model.Field == 7)
            {
                ReadGraph(model.Message(), isWhole: true);
            }
            else if (model.Field == 25)
            {
                ReadFunction(model.Message());
            }
        }
    }

    private void ReadFunction(ProtoReader function)
    {
        while (function.Read())
        {
            if (function.Field == 7)
            {
                ReadNode(function.Message(), isWhole: false);
            }
            else if (function.Field == 10)
            {
                ownDomains.Add(function.Text());
            }
        }
    }

    private void ReadGraph(ProtoReader graph, bool isWhole)
    {
        while (graph.Read())
        {
            switch (graph.Field)
            {
                case 1:
                    ReadNode(graph.Message(), isWhole);
                    break;
                case 5:
                    weights.Add(GraphWeight.Read(graph.Message()));
                    break;
                case 11 when isWhole:
                    inputs.Add(GraphValue.Read(graph.Message()));
                    break;
                case 12 when isWhole:
                    outputs.Add(GraphValue.Read(graph.Message()));
                    break;
            }
        }
    }

    private void ReadNode(ProtoReader node, bool isWhole)
    {
        var (name, own, domain) = ("", "", "");
        Dictionary<string, long> numbers = [];
        List<string> given = [];
        while (node.Read())
        {
            switch (node.Field)
            {
                case 1:
                    given.Add(node.Text());
                    break;
                case 3:
                    own = node.Text();
                    break;
                case 4:
                    name = node.Text();
                    break;
                case 5:
                    ReadAttribute(node.Message(), numbers);
                    break;
                case 7:
                    domain = node.Text();
                    break;
            }
        }

        operators[(domain, name)] = operators.GetValueOrDefault((domain, name)) + 1;
        if (name == "Cast" && numbers.GetValueOrDefault("to") == 1)
        {
            widened.UnionWith(given);
        }

        if (isWhole && given.Count > 1 && name is ("MatMul" or "Gemm" or "Conv"))
        {
            var isTransposed = name == "MatMul"
                || (name == "Gemm" && numbers.GetValueOrDefault("transB") == 0);
            products.Add(new GraphProduct(own, given[1], isTransposed));
        }
    }

    /// <summary>Follows branches; keeps whole numbers.</summary>
    private void ReadAttribute(ProtoReader attribute, Dictionary<string, long> numbers)
    {
        var name = "";
        while (attribute.Read())
        {
            switch (attribute.Field)
            {
                case 1:
                    name = attribute.Text();
                    break;
                case 3:
                    numbers[name] = attribute.Number;
                    break;
                case 5 or 10:
                    weights.Add(GraphWeight.Read(attribute.Message()));
                    break;
                case 6 or 11:
                    ReadGraph(attribute.Message(), isWhole: false);
                    break;
            }
        }
    }
}
