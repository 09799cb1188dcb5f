namespace RenderFarm.Benchmarks;

/// <summary>Where the repository is, and folders that are gone afterwards.</summary>
internal sealed class Place : IDisposable
{
    /// <summary>A fresh folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("renderfarm-bench-").FullName;

    /// <summary>A file of the repository.</summary>
    public static string Find(string relative)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RenderFarm.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("no RenderFarm.sln above");
        }

        return Path.Combine(folder.FullName, relative);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
