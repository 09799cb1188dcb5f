using System.Globalization;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx.Graphs;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>The outputs of an encoder that gives what each of its layers made.</summary>
internal static class HiddenStates
{
    private const string Prefix = "hidden_states.";

    /// <summary>The last output but one, which many denoisers were trained with.</summary>
    /// <exception cref="ModelException">The graph has no such outputs.</exception>
    public static string Penultimate(PackageFolder files, string component)
    {
        var path = $"{component}/model.onnx";
        var numbers = GraphFile.Read(files, path).Outputs
            .Where(output => output.Name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(output => int.TryParse(
                output.Name[Prefix.Length..], CultureInfo.InvariantCulture, out var number)
                ? number
                : -1)
            .ToList();
        return numbers.Count > 1
            ? $"{Prefix}{numbers.Max() - 1}"
            : throw new ModelException(
                $"{path}: expected outputs {Prefix}0 and on, one for each layer, found "
                + $"{numbers.Count}; export it with its hidden states");
    }
}
