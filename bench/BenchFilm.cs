using RenderFarm.Cli.Local;

namespace RenderFarm.Benchmarks;

/// <summary>
/// The example film as the model itself renders it: figures stay comparable whatever the package
/// enlarges and fills in afterwards.
/// </summary>
internal static class BenchFilm
{
    /// <summary>Writes the film into a folder.</summary>
    /// <returns>The file's path.</returns>
    public static async Task<string> WriteAsync(string folder)
    {
        var film = await File.ReadAllTextAsync(
            InstallFolder.Find("examples/lighthouse.fountain"));
        var path = Path.Combine(folder, "film.fountain");
        await File.WriteAllTextAsync(path, $"Size: 160x96\nFrame rate: 8\n{film}");
        return path;
    }
}
