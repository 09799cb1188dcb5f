namespace RenderFarm.Cli.Local;

/// <summary>Where RenderFarm's own files lie.</summary>
internal static class InstallFolder
{
    /// <summary>The model package that comes with RenderFarm.</summary>
    public static string Flipbook => Find(Path.Combine("models", "flipbook", "package"));

    /// <summary>The nearest file or folder of that relative name above this program.</summary>
    /// <exception cref="FileNotFoundException">It is nowhere above.</exception>
    public static string Find(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null;
            folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, relative);
            if (Path.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException($"RenderFarm's own '{relative}' is missing");
    }
}
