namespace RenderFarm.Diffusion.Model;

/// <summary>
/// The manifest of a package that has none: what its family and its configuration say for it.
/// </summary>
internal static class DerivedManifest
{
    private const int LongestName = 64;

    /// <summary>Adds what every family has in common.</summary>
    public static ModelManifest Complete(
        ModelManifest described, string name, ModelPackage package)
    {
        var manifest = described with { Name = name };
        var size = manifest.Sizes[0];
        var need = package.Family
            .Measure(package.Files, size.Width, size.Height, manifest.DefaultFrameCount)
            .Need(package.Components);
        manifest = manifest with { MemoryBytes = Math.Max(1, need.Total) };
        ManifestFile.Check(manifest);
        return manifest;
    }

    /// <summary>A folder's name in the letters that a model's name has.</summary>
    public static string NameOf(string folder)
    {
        var letters = Path.GetFileName(folder).ToLowerInvariant()
            .Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-');
        var name = string.Concat(letters).Trim('-');
        name = name[..Math.Min(name.Length, LongestName)];
        return name.Length > 0 ? name : "model";
    }
}
