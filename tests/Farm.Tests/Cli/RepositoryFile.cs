namespace RenderFarm.Farm.Tests.Cli;

/// <summary>Files of the repository that tests share.</summary>
internal static class RepositoryFile
{
    public static string Find(string relative)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RenderFarm.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("no RenderFarm.sln above");
        }

        return Path.Combine(folder.FullName, relative);
    }
}
