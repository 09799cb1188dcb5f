using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion;

/// <summary>A model's folder, in the layout that Optimum exports.</summary>
public sealed class ModelPackage
{
    private ModelPackage(PackageFolder files)
    {
        Files = files;
        Manifest = ManifestFile.Read(files);
        Digest = PackageDigest.Compute(files);
    }

    /// <summary>The package's folder, as a full path.</summary>
    public string Folder => Files.Root;

    /// <summary>The manifest's name.</summary>
    public string Name => Manifest.Name;

    /// <summary>
    /// SHA-256 in lower-case hexadecimal over every file that can change a frame: the sum of what
    /// `sha256sum` prints for them in ordinal order. README, samples/ and golden/ stay out of it.
    /// </summary>
    public string Digest { get; }

    /// <summary>What the model says of itself.</summary>
    public ModelManifest Manifest { get; }

    internal PackageFolder Files { get; }

    /// <summary>Checks and opens a package; reads all of it once, for the digest.</summary>
    /// <param name="folder">The folder that holds manifest.json.</param>
    /// <exception cref="ModelException">
    /// A file is missing, malformed, too large, or a link.
    /// </exception>
    public static ModelPackage Open(string folder) => new(PackageFolder.Open(folder));
}
