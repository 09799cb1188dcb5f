namespace RenderFarm.Diffusion.Onnx.Graphs;

/// <summary>A changed copy of a graph, in a temporary folder that goes with it.</summary>
internal abstract class GraphCopy(string purpose) : IDisposable
{
    /// <summary>The copy, in its folder.</summary>
    public const string Name = "model.onnx";

    private readonly DirectoryInfo folder =
        Directory.CreateTempSubdirectory($"renderfarm-{purpose}-");

    /// <summary>The copy's folder, as a full path.</summary>
    public string Folder => folder.FullName;

    /// <summary>The copy, as a full path.</summary>
    public string Path => System.IO.Path.Combine(folder.FullName, Name);

    public void Dispose()
    {
        if (Directory.Exists(folder.FullName))
        {
            folder.Delete(recursive: true);
        }
    }
}
