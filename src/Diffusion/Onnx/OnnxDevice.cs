using Microsoft.ML.OnnxRuntime;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>What computes, and how a network is set up for it.</summary>
internal sealed class OnnxDevice
{
    private readonly OrtEnv environment;
    private readonly OnnxOptions options;
    private readonly OrtEpDevice? gpu;
    private readonly int threadCount;
    private readonly List<string> graphFaults = [];
    private readonly List<string> overflows = [];

    private OnnxDevice(
        OrtEnv environment, OnnxOptions options, OrtEpDevice? gpu, DeviceMemory? memory)
    {
        (this.environment, this.options, this.gpu) = (environment, options, gpu);
        threadCount = options.ThreadCount == 0 ? Environment.ProcessorCount : options.ThreadCount;
        Memory = memory;
        if (options.UsesDeviceGraphs && memory is null)
        {
            RefuseGraphs(gpu is null ? "a CPU has none" : "the provider shares no memory");
        }
    }

    public bool IsGpu => gpu is not null;

    public string Name => gpu is not null
        ? $"CUDA device {options.GpuIndex} ({gpu.EpVendor})"
        : $"CPU, threads: {threadCount}";

    /// <summary>
    /// Where networks have their tensors; null where that is the program's own memory.
    /// </summary>
    public DeviceMemory? Memory { get; }

    /// <summary>Whether it is to record the runs of denoisers.</summary>
    public bool RecordsGraphs => options.UsesDeviceGraphs && Memory is not null;

    /// <summary>Why device graphs that were asked for are not used, for people.</summary>
    public IReadOnlyList<string> GraphFaults => graphFaults;

    /// <summary>Networks that overflowed in half precision, and what follows, for people.</summary>
    public IReadOnlyList<string> Overflows => overflows;

    /// <summary>The memory it can use, in bytes; null where nobody says.</summary>
    public long? MemoryBytes => gpu is null ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
        : options.GpuMemoryLimitBytes > 0 ? options.GpuMemoryLimitBytes
        : null;

    /// <summary>Where its outputs are before anyone asks for them.</summary>
    public OrtMemoryInfo OutputPlace => gpu is null ? OrtMemoryInfo.DefaultInstance : Place(gpu);

    /// <summary>What decides the last bits of every result.</summary>
    public string NumericsProfile =>
        gpu is not null ? "cuda-fp32"
        : threadCount == OnnxOptions.DefaultThreadCount ? "cpu-fp32"
        : $"cpu-fp32-{threadCount}-threads";

    /// <param name="options">What is asked for.</param>
    /// <param name="isStandIn">
    /// A CPU treats its memory as a GPU's, apart from the program's: that is how what is done for
    /// GPUs is tested without one.
    /// </param>
    /// <exception cref="DeviceException">The device was asked for, and is not there.</exception>
    public static OnnxDevice Open(OnnxOptions options, bool isStandIn = false)
    {
        if (options.ThreadCount is < 0 or > 1024)
        {
            throw new DeviceException(
                $"ThreadCount: expected 0 to 1024, found {options.ThreadCount}.");
        }

        if (options.Device is not ("cpu" or "cuda" or "auto"))
        {
            throw new DeviceException(
                $"Device: expected cpu, cuda or auto, found '{options.Device}'.");
        }

        var environment = OnnxEnvironment.Instance;
        if (options.Device == "cpu")
        {
            return new OnnxDevice(
                environment, options, null, isStandIn ? DeviceMemory.StandIn() : null);
        }

        var (gpu, reason) = CudaProvider.Find(environment, options);
        return gpu is null && options.Device == "cuda"
            ? throw new DeviceException($"CUDA cannot be used: {reason}.")
            : new OnnxDevice(
                environment,
                options,
                gpu,
                gpu is null ? null : DeviceMemory.Of(environment, Place(gpu)));
    }

    /// <summary>A network's tensors that are not in the program's memory, by name.</summary>
    public IReadOnlySet<string> FindApart(InferenceSession session)
    {
        if (Memory is null)
        {
            return new HashSet<string>();
        }

        try
        {
            using var inputs = session.GetMemoryInfosForInputs();
            using var outputs = session.GetMemoryInfosForOutputs();
            return session.InputNames.Zip(inputs).Concat(session.OutputNames.Zip(outputs))
                .Where(tensor => gpu is null || IsThere(tensor.Second, Place(gpu)))
                .Select(tensor => tensor.First)
                .ToHashSet();
        }
        catch (OnnxRuntimeException)
        {
            // Tensors in the program's memory do as well everywhere, only slower.
            return new HashSet<string>();
        }
    }

    public void RefuseGraphs(string reason) => graphFaults.Add(reason);

    public void NoteOverflow(string what) => overflows.Add(what);

    public SessionOptions CreateSessionOptions(bool recordsGraphs = false)
    {
        var session = new SessionOptions
        {
            IntraOpNumThreads = threadCount,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };

        // Threads that spin while they wait double every time on a machine that is shared.
        session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (gpu is not null)
        {
            session.AppendExecutionProvider(
                environment, [gpu], CudaProvider.Settings(options, recordsGraphs));
        }

        return session;
    }

    private static OrtMemoryInfo Place(OrtEpDevice gpu) =>
        gpu.GetMemoryInfo(OrtDeviceMemoryType.DEFAULT);

    // Sizes, for instance, stay with the CPU even on a GPU, and host memory that a GPU can read
    // has its vendor too. Names and kinds of allocator differ between a session and its device.
    private static bool IsThere(OrtMemoryInfo found, OrtMemoryInfo expected) =>
        found.GetVendorId() == expected.GetVendorId()
        && found.GetDeviceMemoryType() == expected.GetDeviceMemoryType();
}
