using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Tests;

/// <summary>A folder of its own for one test, removed after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("renderfarm-").FullName;

    public string Write(string relative, string text)
    {
        var path = System.IO.Path.Combine(Path, relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public PackageFolder Open() => PackageFolder.Open(Path);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
