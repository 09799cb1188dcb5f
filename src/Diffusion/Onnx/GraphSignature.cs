using System.Text;
using Microsoft.ML.OnnxRuntime;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>All the tensors of a graph, as a pipeline expects them.</summary>
internal sealed record GraphSignature(
    string Path,
    IReadOnlyList<TensorSpec> Inputs,
    IReadOnlyList<TensorSpec> Outputs)
{
    /// <summary>What the graph calls each tensor.</summary>
    /// <exception cref="ModelException">The whole difference, a line for each tensor.</exception>
    public IReadOnlyDictionary<string, string> Match(InferenceSession session)
    {
        Dictionary<string, string> names = [];
        var difference = new StringBuilder();
        Match("input", Inputs, session.InputMetadata, names, difference);
        Match("output", Outputs, session.OutputMetadata, names, difference);
        return difference.Length == 0
            ? names
            : throw new ModelException(
                $"{Path} has another signature than this pipeline needs:{difference}");
    }

    private static void Match(
        string side,
        IReadOnlyList<TensorSpec> expected,
        IReadOnlyDictionary<string, NodeMetadata> found,
        Dictionary<string, string> names,
        StringBuilder difference)
    {
        HashSet<string> unused = [.. found.Keys];
        foreach (var spec in expected)
        {
            // A graph's only output needs no name to be known by.
            var isOnly = side == "output" && expected.Count == 1 && found.Count == 1;
            var name = unused.FirstOrDefault(name => name == spec.Name)
                ?? unused.FirstOrDefault(name => isOnly || spec.Answers(name));
            var seen = "none";
            if (name is not null)
            {
                unused.Remove(name);
                names.Add(spec.Name, name);
                seen = TensorSpec.Describe(found[name]);
            }

            if (name is null ? !spec.IsOptional : !spec.Fits(found[name]))
            {
                difference.Append(
                    null, $"\n  {side} {spec.Name}: expected {spec}, found {seen}");
            }
        }

        // An output that nobody reads does no harm; an input that nobody gives does.
        foreach (var name in unused.Where(_ => side == "input").Order(StringComparer.Ordinal))
        {
            var seen = TensorSpec.Describe(found[name]);
            difference.Append(null, $"\n  {side} {name}: expected none, found {seen}");
        }
    }
}
