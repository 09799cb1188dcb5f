using RenderFarm.Diffusion.Onnx.Graphs;

namespace RenderFarm.Diffusion.Lora;

/// <summary>
/// Finds the weights of a graph by the layers of the network that it was exported from. A layer
/// without a bias keeps its weight's name; another's is transposed and named anew, and is known by
/// the node that multiplies by it, whose name is the layer's path.
/// </summary>
internal static class GraphLayers
{
    private const string Ending = ".weight";

    /// <summary>By <see cref="LoraKey.LayerOf"/> of each layer's path.</summary>
    public static Dictionary<string, (GraphWeight Weight, bool IsTransposed)> Of(GraphFile graph)
    {
        var weights = new Dictionary<string, GraphWeight>(StringComparer.Ordinal);
        foreach (var weight in graph.Weights)
        {
            weights.TryAdd(weight.Name, weight);
        }

        Dictionary<string, (GraphWeight Weight, bool IsTransposed)> layers =
            new(StringComparer.Ordinal);
        foreach (var product in graph.Products)
        {
            if (weights.Remove(product.Factor, out var weight))
            {
                var scope = product.Name[..Math.Max(0, product.Name.LastIndexOf('/'))];
                Add(scope, weight, product.IsTransposed);
                Add(NameOf(weight), weight, product.IsTransposed);
            }
        }

        // What is left is multiplied by after another node turned it round, if at all.
        foreach (var weight in weights.Values)
        {
            Add(NameOf(weight), weight, isTransposed: false);
        }

        return layers;

        void Add(string path, GraphWeight weight, bool isTransposed)
        {
            if (path.Length > 0)
            {
                layers.TryAdd(LoraKey.LayerOf(path), (weight, isTransposed));
            }
        }
    }

    private static string NameOf(GraphWeight weight) =>
        weight.Name.EndsWith(Ending, StringComparison.Ordinal)
            ? weight.Name[..^Ending.Length]
            : "";
}
