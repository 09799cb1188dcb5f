using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace RenderFarm.Worker.Gpu;

/// <summary>
/// Shows what this worker's GPU says of itself, whenever somebody asks; nothing where there is no
/// NVIDIA driver, or where the worker computes on the CPU.
/// </summary>
internal sealed class GpuGauges(IOptions<WorkerOptions> options) : IHostedService, IDisposable
{
    private readonly Lock gate = new();
    private NvmlDevice? device;
    private Meter? meter;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Device != "cpu")
        {
            device = NvmlDevice.TryOpen(options.Value.GpuIndex);
        }

        if (device is not null)
        {
            meter = new Meter("RenderFarm.Worker.Gpu");
            Add("memory.used", "By", "Memory in use on the GPU.", r => r.UsedBytes);
            Add("memory.size", "By", "All memory of the GPU.", r => r.TotalBytes);
            Add("temperature", "Cel", "Temperature of the GPU.", r => r.TemperatureCelsius);
            Add("power", "W", "Power that the GPU draws.", r => r.PowerWatts);
            Add("utilization", "1", "Share of time in which the GPU ran.", r => r.Utilization);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        meter?.Dispose();
        lock (gate)
        {
            device?.Dispose();
            device = null;
        }
    }

    private void Add(
        string name, string unit, string help, Func<GpuReading, double?> value) =>
        meter!.CreateObservableGauge<double>(
            $"renderfarm.gpu.{name}", () => Read(value), unit, help);

    private Measurement<double>[] Read(Func<GpuReading, double?> value)
    {
        lock (gate)
        {
            return device is not null && value(device.Read()) is { } now
                ? [new(now, new KeyValuePair<string, object?>(
                    "gpu", options.Value.GpuIndex.ToString(CultureInfo.InvariantCulture)))]
                : [];
        }
    }
}
