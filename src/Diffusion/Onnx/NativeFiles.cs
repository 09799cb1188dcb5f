namespace RenderFarm.Diffusion.Onnx;

/// <summary>
/// Finds ONNX Runtime's native files: beside the program where it was published, in node_modules
/// above it where it was built. Nothing is copied, because the files are hundreds of megabytes.
/// </summary>
internal static class NativeFiles
{
    private const string CorePackage = "com.github.asus4.onnxruntime";
    private const string CudaPackage = "com.github.asus4.onnxruntime.linux-x64-gpu";
    private const string CudaProvider = "libonnxruntime_providers_cuda.so";

    public const string CoreName = "libonnxruntime.so";

    /// <summary>The full path of the core, or null, which leaves it to .NET's own search.</summary>
    public static string? FindCore() => Find(CoreName, CorePackage);

    /// <summary>The full path of the CUDA provider, or null where it is not installed.</summary>
    public static string? FindCudaProvider() => Find(CudaProvider, CudaPackage);

    private static string? Find(string name, string package)
    {
        var start = AppContext.BaseDirectory;
        List<string> folders = [start, Path.Combine(start, "runtimes/linux-x64/native")];
        for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
        {
            folders.Add(Path.Combine(
                at.FullName, "node_modules", package, "Plugins/Linux/x64"));
        }

        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }
}
