using RenderFarm.Diffusion.Onnx.Graphs;

namespace RenderFarm.Diffusion.Model;

/// <summary>
/// What must not be in a package that a stranger made: code of its own, and ways out of its folder.
/// </summary>
internal static class GraphCheck
{
    /// <summary>The operators that ONNX Runtime has without a library of somebody else's.</summary>
    private static readonly HashSet<string> KnownDomains =
    [
        "", "ai.onnx", "ai.onnx.ml", "ai.onnx.preview", "com.microsoft", "com.microsoft.nchwc",
        "com.ms.internal.nhwc",
    ];

    private static readonly HashSet<string> LibraryEndings = [".so", ".dll", ".dylib"];

    /// <exception cref="ModelException">Everything that is wrong, a line for each.</exception>
    public static void Check(PackageFolder folder, IEnumerable<GraphFile> graphs)
    {
        List<string> faults =
        [
            .. folder.Files
                .Where(file => LibraryEndings.Contains(Path.GetExtension(file)))
                .Select(file => $"{file}: expected no program code, found a native library"),
            .. graphs.SelectMany(graph => Faults(folder, graph)),
        ];
        if (faults.Count > 0)
        {
            throw new ModelException(
                $"The package {folder.Root} is refused:\n  {string.Join("\n  ", faults)}");
        }
    }

    private static IEnumerable<string> Faults(PackageFolder folder, GraphFile graph)
    {
        var strange = graph.Operators.Keys
            .Where(key => !KnownDomains.Contains(key.Domain)
                && !graph.OwnDomains.Contains(key.Domain))
            .Select(key => $"{key.Domain}::{key.Name}")
            .Order(StringComparer.Ordinal)
            .ToList();
        if (strange.Count > 0)
        {
            yield return $"{graph.Path}: expected operators of ONNX and ONNX Runtime, found "
                + $"{string.Join(", ", strange)}, which need a custom-op library; none is loaded";
        }

        if (graph.Count("EPContext") > 0)
        {
            yield return $"{graph.Path}: expected a graph, found one compiled for a device "
                + "(EPContext), which can hold code";
        }

        var faults = graph.Weights
            .Select(weight => weight.External is { } place
                ? Fault(folder, graph.Path, weight, place)
                : null)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal);
        foreach (var fault in faults.Take(8))
        {
            yield return fault;
        }
    }

    private static string? Fault(
        PackageFolder folder, string graph, GraphWeight weight, ExternalPlace place)
    {
        var beside = graph[..(graph.LastIndexOf('/') + 1)];
        if (!PackageFolder.IsInside(place.Location))
        {
            return $"{graph}: {weight.Name}: expected a file inside {beside}, "
                + $"found '{place.Location}'";
        }

        var file = beside + place.Location;
        if (!folder.Contains(file))
        {
            return $"{graph}: expected {file} with its weights, found no such file";
        }

        var length = new FileInfo(folder.Find(file)).Length;
        var needed = place.Length ?? weight.ByteCount;
        return needed >= weight.ByteCount && place.Offset <= length - needed
            ? null
            : $"{graph}: {weight.Name}: expected {weight.ByteCount} bytes at {place.Offset} of "
                + $"{file}, found {Math.Max(0, Math.Min(needed, length - place.Offset))}";
    }
}
