using RenderFarm.Diffusion.Lora;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx.Graphs;
using RenderFarm.Diffusion.Pipelines;

namespace RenderFarm.Diffusion;

/// <summary>A model's folder, in the layout that Optimum exports.</summary>
public sealed class ModelPackage
{
    private readonly IPipelineFamily family;

    private ModelPackage(PackageFolder files, string? name)
    {
        Files = files;
        var graphs = files.Files
            .Where(file => file.EndsWith("/model.onnx", StringComparison.Ordinal))
            .Select(file => GraphFile.Read(files, file))
            .ToList();
        GraphCheck.Check(files, graphs);
        PackageLoras.Check(files, graphs);
        Components = [.. graphs.Select(ModelComponent.Of)];
        family = PipelineFamilies.Of(files);
        ModelManifest manifest;
        if (files.Contains(ManifestFile.FileName))
        {
            manifest = ManifestFile.Read(files);
        }
        else
        {
            manifest = DerivedManifest.Complete(
                family.Describe(files), name ?? DerivedManifest.NameOf(files.Root), this);
            DerivedManifestText = ManifestFile.Write(manifest);
        }

        Manifest = manifest with { Tasks = [.. manifest.Tasks.Union(family.MoreTasks(files))] };

        Contents = PackageDigest.List(files, DerivedManifestText);
        Digest = PackageDigest.Compute(Contents);
    }

    /// <summary>The package's folder, as a full path.</summary>
    public string Folder => Files.Root;

    /// <summary>The manifest's name.</summary>
    public string Name => Manifest.Name;

    /// <summary>What <c>model_index.json</c> calls its pipeline.</summary>
    public string ClassName => PipelineFamilies.ClassNameOf(Files);

    /// <summary>
    /// SHA-256 in lower-case hexadecimal over every file that can change a frame: the sum of what
    /// `sha256sum` prints for them in ordinal order. README, samples/ and golden/ stay out of it.
    /// </summary>
    public string Digest { get; }

    /// <summary>
    /// What the model says of itself, or what its configuration says for it; and the tasks that its
    /// family can do with its files.
    /// </summary>
    public ModelManifest Manifest { get; }

    /// <summary>
    /// The manifest.json that was made for a package without one, and counts as one of its files;
    /// null where the package has its own.
    /// </summary>
    public string? DerivedManifestText { get; }

    /// <summary>Every file, in ordinal order.</summary>
    public IReadOnlyList<PackageFile> Contents { get; }

    /// <summary>Every network.</summary>
    public IReadOnlyList<ModelComponent> Components { get; }

    internal PackageFolder Files { get; }

    internal IPipelineFamily Family => family;

    /// <summary>Checks and opens a package; reads all of it once, for the digest.</summary>
    /// <param name="folder">The folder that holds model_index.json.</param>
    /// <param name="name">
    /// What a package without manifest.json is called: 1 to 64 of a-z, 0-9, '-'. By default it is
    /// made of the folder's name.
    /// </param>
    /// <exception cref="ModelException">
    /// A file is missing, malformed, too large, or a link; or it is none of a package's business:
    /// program code, weights outside the folder.
    /// </exception>
    public static ModelPackage Open(string folder, string? name = null) =>
        new(PackageFolder.Open(folder), name);

    /// <summary>What a package is called, without reading the rest of it.</summary>
    /// <exception cref="ModelException">There is no folder, or its manifest is bad.</exception>
    public static string NameOf(string folder)
    {
        var files = PackageFolder.Open(folder);
        return files.Contains(ManifestFile.FileName)
            ? ManifestFile.Read(files).Name
            : DerivedManifest.NameOf(files.Root);
    }

    /// <summary>What a package with a manifest says of itself, without reading the rest.</summary>
    /// <exception cref="ModelException">It has no manifest, or a malformed one.</exception>
    public static ModelManifest ManifestOf(string folder) =>
        ManifestFile.Read(PackageFolder.Open(folder));

    /// <summary>About how much memory a clip takes as the model renders it.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="frameCount">Frames.</param>
    public MemoryNeed MemoryFor(int width, int height, int frameCount) =>
        family.Measure(Files, width, height, frameCount).Need(Components);

    /// <summary>Whether a path is one that a file of a package can have.</summary>
    public static bool IsFilePath(string relative) => PackageFolder.IsInside(relative);

    /// <summary>Writes all of its files, the derived manifest included, into a folder.</summary>
    public void CopyTo(string folder)
    {
        foreach (var file in Contents)
        {
            var target = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (file.Path == ManifestFile.FileName && DerivedManifestText is { } text)
            {
                File.WriteAllText(target, text);
            }
            else
            {
                File.Copy(Files.Find(file.Path), target);
            }
        }
    }
}
