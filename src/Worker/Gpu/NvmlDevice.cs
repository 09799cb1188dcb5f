using System.Runtime.InteropServices;
using System.Text;

namespace RenderFarm.Worker.Gpu;

/// <summary>
/// One GPU as NVIDIA's management library knows it. The library comes with the driver; where there
/// is none, there is no such device and nobody minds.
/// </summary>
internal sealed class NvmlDevice : IDisposable
{
    private const string LibraryName = "libnvidia-ml.so.1";
    private const int Success = 0;
    private const int GpuSensor = 0;
    private const int LongestName = 64;

    private readonly nint library;
    private readonly nint device;

    private NvmlDevice(nint library, nint device) =>
        (this.library, this.device) = (library, device);

    private delegate int Call();

    private delegate int GetHandle(uint index, out nint device);

    private delegate int GetName(nint device, [Out] byte[] name, uint length);

    private delegate int GetMemory(nint device, out Memory memory);

    private delegate int GetTemperature(nint device, int sensor, out uint celsius);

    private delegate int GetPower(nint device, out uint milliwatts);

    private delegate int GetUtilization(nint device, out Utilization percent);

    /// <summary>Opens a GPU by its place on this host; null where that cannot be done.</summary>
    public static NvmlDevice? TryOpen(int gpuIndex) => TryOpen(gpuIndex, LibraryName);

    /// <summary>The same through a library of that name.</summary>
    internal static NvmlDevice? TryOpen(int gpuIndex, string libraryName)
    {
        if (!NativeLibrary.TryLoad(libraryName, out var library))
        {
            return null;
        }

        if (Find<Call>(library, "nvmlInit_v2") is { } init && init() == Success)
        {
            if (Find<GetHandle>(library, "nvmlDeviceGetHandleByIndex_v2") is { } get
                && get((uint)gpuIndex, out var device) == Success)
            {
                return new NvmlDevice(library, device);
            }

            Find<Call>(library, "nvmlShutdown")?.Invoke();
        }

        NativeLibrary.Free(library);
        return null;
    }

    /// <summary>
    /// What the driver calls it, as in <c>NVIDIA L4</c>; null where it does not say.
    /// </summary>
    public string? ReadName()
    {
        var name = new byte[LongestName];
        return Find<GetName>(library, "nvmlDeviceGetName")?.Invoke(device, name, LongestName)
            == Success
            ? Encoding.ASCII.GetString(name.AsSpan(0, Math.Max(0, name.AsSpan().IndexOf((byte)0))))
            : null;
    }

    /// <summary>What the GPU says now.</summary>
    public GpuReading Read()
    {
        Memory memory = default;
        var hasMemory = Find<GetMemory>(library, "nvmlDeviceGetMemoryInfo")
            ?.Invoke(device, out memory) == Success;
        uint celsius = 0;
        var hasTemperature = Find<GetTemperature>(library, "nvmlDeviceGetTemperature")
            ?.Invoke(device, GpuSensor, out celsius) == Success;
        uint milliwatts = 0;
        var hasPower = Find<GetPower>(library, "nvmlDeviceGetPowerUsage")
            ?.Invoke(device, out milliwatts) == Success;
        Utilization percent = default;
        var hasUtilization = Find<GetUtilization>(library, "nvmlDeviceGetUtilizationRates")
            ?.Invoke(device, out percent) == Success;
        return new GpuReading(
            hasMemory ? (long)memory.Used : null,
            hasMemory ? (long)memory.Total : null,
            hasTemperature ? celsius : null,
            hasPower ? milliwatts / 1000.0 : null,
            hasUtilization ? percent.Gpu / 100.0 : null);
    }

    public void Dispose()
    {
        Find<Call>(library, "nvmlShutdown")?.Invoke();
        NativeLibrary.Free(library);
    }

    private static T? Find<T>(nint library, string name)
        where T : Delegate =>
        NativeLibrary.TryGetExport(library, name, out var address)
            ? Marshal.GetDelegateForFunctionPointer<T>(address)
            : null;

    /// <summary>nvmlMemory_t: bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Memory
    {
        public ulong Total;
        public ulong Free;
        public ulong Used;
    }

    /// <summary>nvmlUtilization_t: percent.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Utilization
    {
        public uint Gpu;
        public uint Memory;
    }
}
