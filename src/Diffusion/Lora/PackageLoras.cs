using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx.Graphs;

namespace RenderFarm.Diffusion.Lora;

/// <summary>Which weights of a package its LoRA files change.</summary>
internal static class PackageLoras
{
    private const int MostListed = 16;

    /// <summary>Whether every tensor of every file has its place.</summary>
    /// <exception cref="ModelException">Those that have none, and why.</exception>
    public static void Check(PackageFolder files, IReadOnlyList<GraphFile> graphs)
    {
        var entries = LoraEntry.ReadAll(files);
        if (entries.Count == 0)
        {
            return;
        }

        List<string> faults = [];
        var known = graphs.ToDictionary(ComponentOf, GraphLayers.Of, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var file = SafetensorsFile.Read(files, entry.File);
            faults.AddRange(file.Names
                .Where(name => LoraKey.Parse(name, entry.Denoiser) is null)
                .Select(name => $"{file.Path}: {name}: expected a LoRA's factor or alpha"));
            foreach (var group in GroupsOf(file, entry))
            {
                var (component, layer) = group.Key;
                var fault = known.TryGetValue(component, out var layers)
                    && layers.TryGetValue(layer, out var place)
                        ? ChangeOf(file, entry, group, place) is { } change
                            ? change.Fault()
                            : "expected two factors, found one"
                        : $"expected a layer of {component}/model.onnx, found none of this name";
                if (fault is not null)
                {
                    faults.Add($"{file.Path}: {layer}: {fault}");
                }
            }
        }

        if (faults.Count > 0)
        {
            var more = faults.Count > MostListed ? $"\n  and {faults.Count - MostListed} more" : "";
            throw new ModelException(
                $"The package {files.Root} cannot be changed as {LoraEntry.IndexPath} says:\n  "
                + string.Join("\n  ", faults.Take(MostListed)) + more);
        }
    }

    /// <summary>What is changed of one graph of a package that was checked.</summary>
    public static IReadOnlyList<LoraChange> ChangesOf(PackageFolder files, GraphFile graph)
    {
        List<LoraChange> changes = [];
        var layers = GraphLayers.Of(graph);
        foreach (var entry in LoraEntry.ReadAll(files))
        {
            var file = SafetensorsFile.Read(files, entry.File);
            changes.AddRange(GroupsOf(file, entry)
                .Where(group => group.Key.Component == ComponentOf(graph))
                .Select(group => ChangeOf(file, entry, group, layers[group.Key.Layer])!));
        }

        return changes;
    }

    private static string ComponentOf(GraphFile graph) =>
        graph.Path[..graph.Path.LastIndexOf('/')];

    private static IEnumerable<IGrouping<(string Component, string Layer), string>> GroupsOf(
        SafetensorsFile file, LoraEntry entry) =>
        from name in file.Names.Order(StringComparer.Ordinal)
        let key = LoraKey.Parse(name, entry.Denoiser)
        where key is not null
        group name by (key.Component, key.Layer);

    private static LoraChange? ChangeOf(
        SafetensorsFile file,
        LoraEntry entry,
        IEnumerable<string> names,
        (GraphWeight Weight, bool IsTransposed) place)
    {
        var parts = names.ToLookup(name => LoraKey.Parse(name, entry.Denoiser)!.Part);
        return parts["down"].FirstOrDefault() is { } down && parts["up"].FirstOrDefault() is { } up
            ? new LoraChange(
                place.Weight,
                place.IsTransposed,
                file,
                down,
                up,
                parts["alpha"].FirstOrDefault(),
                entry.Strength)
            : null;
    }
}
