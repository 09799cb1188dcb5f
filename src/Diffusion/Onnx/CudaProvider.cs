using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>Finds a CUDA device through the provider library that the core can load.</summary>
internal static class CudaProvider
{
    private const string Name = "CUDAExecutionProvider";

    // In the order in which they need each other; one that is missing is left to the loader.
    private static readonly string[] Libraries =
    [
        "libcuda.so.1", "libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13",
        "libcurand.so.10", "libcufft.so.12", "libnvrtc.so.13", "libcudnn.so.9",
    ];

    private static readonly Lock Gate = new();
    private static bool isRegistered;

    /// <summary>The device, or the plain reason why there is none.</summary>
    public static (OrtEpDevice? Device, string Reason) Find(OrtEnv environment, OnnxOptions options)
    {
        var path = options.CudaProviderPath ?? NativeFiles.FindCudaProvider();
        if (path is null)
        {
            return (null, "the CUDA provider library is not installed");
        }

        try
        {
            Register(environment, path, options.CudaLibraryFolders);
        }
        catch (OnnxRuntimeException fault)
        {
            return (null, fault.Message);
        }

        List<OrtEpDevice> devices =
            [.. environment.GetEpDevices().Where(device => device.EpName == Name)];
        return options.GpuIndex >= 0 && options.GpuIndex < devices.Count
            ? (devices[options.GpuIndex], "")
            : (null, $"expected GPU {options.GpuIndex}, found {devices.Count} CUDA devices");
    }

    /// <summary>
    /// What the provider is asked for. An option that it does not know ends the process, so these
    /// names are the only ones it is ever given.
    /// </summary>
    public static Dictionary<string, string> Settings(OnnxOptions options, bool recordsGraphs)
    {
        Dictionary<string, string> settings = new()
        {
            // The same frames on every run: no reduced precision, no search by stopwatch.
            ["use_tf32"] = "0",
            ["cudnn_conv_algo_search"] = "DEFAULT",
            ["arena_extend_strategy"] = "kSameAsRequested",
        };
        if (options.GpuMemoryLimitBytes > 0)
        {
            settings["gpu_mem_limit"] = $"{options.GpuMemoryLimitBytes}";
        }

        if (recordsGraphs)
        {
            settings["enable_cuda_graph"] = "1";
        }

        return settings;
    }

    private static void Register(OrtEnv environment, string path, IReadOnlyList<string> folders)
    {
        lock (Gate)
        {
            if (isRegistered)
            {
                return;
            }

            foreach (var library in Libraries)
            {
                var found = folders.Select(folder => Path.Combine(folder, library))
                    .FirstOrDefault(File.Exists);
                if (found is not null)
                {
                    NativeLibrary.TryLoad(found, out _);
                }
            }

            environment.RegisterExecutionProviderLibrary(Name, path);
            isRegistered = true;
        }
    }
}
