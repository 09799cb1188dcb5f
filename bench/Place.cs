namespace RenderFarm.Benchmarks;

/// <summary>A folder that is gone afterwards.</summary>
internal sealed class Place : IDisposable
{
    /// <summary>A fresh folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("renderfarm-bench-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
