using System.Text.Json;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Model.Golden;
using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion;

/// <summary>
/// Runs a package's networks on the inputs in its golden/ folder, and compares what comes out with
/// the outputs beside them. docs/models/packages.md describes the folder.
/// </summary>
public static class GoldenCheck
{
    private const string IndexPath = "golden/golden.json";

    /// <summary>Compares every network that has golden values.</summary>
    /// <param name="package">The package.</param>
    /// <param name="options">Where to compute.</param>
    /// <param name="cancellationToken">Ends it within one run of a network.</param>
    /// <returns>One for each network, in the file's order; none without golden values.</returns>
    /// <exception cref="ModelException">
    /// A file is missing or malformed, or a network has no tensor of a golden one's name.
    /// </exception>
    public static IReadOnlyList<GoldenDifference> Run(
        ModelPackage package, OnnxOptions options, CancellationToken cancellationToken)
    {
        if (!package.Files.Contains(IndexPath))
        {
            return [];
        }

        var device = OnnxDevice.Open(options);
        using var index = package.Files.ReadJson(IndexPath);
        try
        {
            return
            [
                .. index.RootElement.GetProperty("graphs").EnumerateArray()
                    .Select(graph => Compare(package.Files, device, graph, cancellationToken)),
            ];
        }
        catch (Exception fault) when (fault is KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            throw new ModelException($"{IndexPath}: {fault.Message}");
        }
    }

    private static GoldenDifference Compare(
        PackageFolder folder,
        OnnxDevice device,
        JsonElement golden,
        CancellationToken cancellationToken)
    {
        var path = golden.GetProperty("graph").GetString()!;
        var inputs = Read(folder, golden.GetProperty("inputs"));
        var outputs = Read(folder, golden.GetProperty("outputs"));
        var signature = new GraphSignature(
            path, [.. inputs.Select(Spec)], [.. outputs.Select(Spec)]);
        using var session = OnnxSession.Load(device, folder, signature);
        using var binding = session.Bind();
        foreach (var input in inputs)
        {
            input.Values.CopyTo(binding.Input(input.Name, isConstant: true, input.Shape), 0);
        }

        var found = outputs.ConvertAll(output => binding.Output(output.Name, output.Shape));
        binding.Run(cancellationToken);
        return new GoldenDifference(
            path.Split('/')[0],
            outputs.Select((output, i) => Largest(output.Values, found[i])).Max(),
            golden.GetProperty("tolerance").GetDouble());
    }

    private static List<GoldenTensor> Read(PackageFolder folder, JsonElement tensors) =>
        [.. tensors.EnumerateArray().Select(tensor => GoldenTensor.Read(folder, tensor))];

    private static TensorSpec Spec(GoldenTensor tensor) =>
        new(tensor.Name, tensor.IsWhole, [.. tensor.Shape.Select(_ => -1)]);

    private static double Largest(float[] expected, float[] found)
    {
        var largest = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs((double)expected[i] - found[i]);
            largest = double.IsNaN(difference)
                ? double.PositiveInfinity
                : Math.Max(largest, difference);
        }

        return largest;
    }
}
