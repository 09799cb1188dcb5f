using RenderFarm.Farm.Tests.Cli;
using RenderFarm.Worker.Gpu;
using Xunit;

namespace RenderFarm.Telemetry.Tests;

/// <summary>
/// The binding to NVIDIA's library, against a stand-in with the same functions: no GPU is needed,
/// and none is proven to work by it.
/// </summary>
public sealed class NvmlTests
{
    private const string FakeLibrary = """
        typedef unsigned long long u64;
        struct memory { u64 total, free, used; };
        struct utilization { unsigned gpu, memory; };
        static int device;
        int nvmlInit_v2(void) { return 0; }
        int nvmlShutdown(void) { return 0; }
        int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **out) {
          *out = &device; return index == 1 ? 0 : 2; }
        int nvmlDeviceGetMemoryInfo(void *d, struct memory *m) {
          if (d != &device) return 2;
          m->total = 80000000000; m->free = 50000000000; m->used = 30000000000; return 0; }
        int nvmlDeviceGetTemperature(void *d, int sensor, unsigned *t) {
          *t = 61; return d == &device && sensor == 0 ? 0 : 2; }
        int nvmlDeviceGetPowerUsage(void *d, unsigned *mw) { *mw = 412500; return 0; }
        int nvmlDeviceGetName(void *d, char *name, unsigned size) {
          const char *own = "NVIDIA L4";
          for (unsigned i = 0; i < 10 && i < size; i++) name[i] = own[i];
          return d == &device ? 0 : 2; }
        int nvmlDeviceGetUtilizationRates(void *d, struct utilization *u) { return 3; }
        """;

    [Fact]
    public void TryOpen_WithoutADriver_IsNull() =>
        Assert.Null(NvmlDevice.TryOpen(0, "libno-such-driver.so.1"));

    [Fact]
    public async Task Read_ThroughTheLibrary_SaysWhatItSays()
    {
        using var folder = new WorkFolder();
        folder.File("nvml.c", FakeLibrary);
        var (code, output) = await Tool.RunAsync(
            "gcc", folder.Path, "", "-shared", "-fPIC", "-o", "libfake.so", "nvml.c");
        Assert.True(code == 0, output);

        using var device = NvmlDevice.TryOpen(1, folder.At("libfake.so"));

        // What a card does not say is left out, and the rest is said.
        Assert.Equal("NVIDIA L4", device!.ReadName());
        Assert.Equal(
            new GpuReading(30_000_000_000, 80_000_000_000, 61, 412.5, null), device.Read());
        Assert.Null(NvmlDevice.TryOpen(0, folder.At("libfake.so")));
    }
}
