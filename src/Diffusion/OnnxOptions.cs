namespace RenderFarm.Diffusion;

/// <summary>Where and how ONNX Runtime computes.</summary>
public sealed record OnnxOptions
{
    /// <summary>
    /// "cpu", "cuda" (refused with the reason when there is no usable GPU), or "auto" (the GPU if
    /// there is one, else the CPU).
    /// </summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Which CUDA device, from 0.</summary>
    public int GpuIndex { get; init; }

    /// <summary>
    /// Threads that one network uses on the CPU; 0 means one for each core. The last bits of a
    /// result depend on it, so it is part of the numerics profile, and its default is fixed.
    /// </summary>
    public int ThreadCount { get; init; } = DefaultThreadCount;

    /// <summary>Full path of libonnxruntime_providers_cuda.so; null looks for it.</summary>
    public string? CudaProviderPath { get; init; }

    /// <summary>Folders that hold the CUDA and cuDNN libraries, if the loader lacks them.</summary>
    public IReadOnlyList<string> CudaLibraryFolders { get; init; } = [];

    /// <summary>The most device memory one network may take, in bytes; 0 sets no limit.</summary>
    public long GpuMemoryLimitBytes { get; init; }

    /// <summary>
    /// Denoisers' runs are recorded on a GPU once for each shape (CUDA graphs) and repeated as a
    /// whole, which saves the launch of every kernel; a clip that is cancelled ends after the step
    /// in hand. Off, because it has not been seen on a GPU. Where it cannot be had,
    /// <see cref="VideoPipeline.DeviceGraphFaults"/> says why, and runs are ordinary ones.
    /// </summary>
    public bool UsesDeviceGraphs { get; init; }

    internal const int DefaultThreadCount = 2;
}
