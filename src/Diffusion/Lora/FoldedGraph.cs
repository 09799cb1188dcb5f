using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx.Graphs;

namespace RenderFarm.Diffusion.Lora;

/// <summary>
/// A copy of a graph whose weights have a package's LoRAs added, in a folder of its own. Folded
/// weights are as long as they were, so that they are written over the old ones; what loads the
/// copy sees nothing but another model.
/// </summary>
internal sealed class FoldedGraph : GraphCopy
{
    private FoldedGraph()
        : base("lora")
    {
    }

    /// <summary>The copy of a graph, or null where nothing of it is changed.</summary>
    public static FoldedGraph? Of(PackageFolder files, string path)
    {
        if (!files.Contains(LoraEntry.IndexPath))
        {
            return null;
        }

        var graph = GraphFile.Read(files, path);
        var changes = PackageLoras.ChangesOf(files, graph);
        if (changes.Count == 0)
        {
            return null;
        }

        var folded = new FoldedGraph();
        try
        {
            folded.Copy(files, graph);
            foreach (var group in changes.GroupBy(change => change.Weight))
            {
                folded.Fold(group.Key, group);
            }

            return folded;
        }
        catch
        {
            folded.Dispose();
            throw;
        }
    }

    private void Copy(PackageFolder files, GraphFile graph)
    {
        var beside = graph.Path[..(graph.Path.LastIndexOf('/') + 1)];
        File.Copy(files.Find(graph.Path), Path);
        var locations = graph.Weights.Select(weight => weight.External?.Location)
            .OfType<string>().Distinct(StringComparer.Ordinal);
        foreach (var location in locations)
        {
            var target = System.IO.Path.Combine(Folder, location);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(files.Find(beside + location), target);
        }
    }

    private void Fold(GraphWeight weight, IEnumerable<LoraChange> changes)
    {
        var (file, offset) = weight.External is { } place
            ? (System.IO.Path.Combine(Folder, place.Location), place.Offset)
            : (Path, weight.Offset!.Value);
        using var stream = File.Open(file, FileMode.Open, FileAccess.ReadWrite);
        var bytes = new byte[weight.ByteCount];
        stream.Position = offset;
        stream.ReadExactly(bytes);
        var values = RealType.ToSingle(weight.Type, bytes);
        foreach (var change in changes)
        {
            change.AddTo(values);
        }

        stream.Position = offset;
        stream.Write(RealType.ToBytes(weight.Type, values));
    }
}
