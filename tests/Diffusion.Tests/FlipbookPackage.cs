namespace RenderFarm.Diffusion.Tests;

/// <summary>The project's own model, which every test of a network runs.</summary>
internal static class FlipbookPackage
{
    private const string Relative = "models/flipbook/package";

    public static string Folder { get; } = Find();

    public static ModelPackage Open() => ModelPackage.Open(Folder);

    /// <summary>A copy that a test may spoil.</summary>
    public static TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.Path, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, Relative);
            if (Directory.Exists(folder))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"No {Relative} above {AppContext.BaseDirectory}.");
    }
}
