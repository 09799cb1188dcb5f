using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace RenderFarm.Benchmarks.Devices;

/// <summary>What the first GPU's driver says of it, ten times a second.</summary>
internal sealed class GpuMeter : IDisposable
{
    private const string Program = "nvidia-smi";

    private readonly List<(double Share, double Bytes)> samples = [];
    private readonly Process process;
    private Task reading = Task.CompletedTask;

    private GpuMeter() => process = Run(
        "--query-gpu=utilization.gpu,memory.used", "--format=csv,noheader,nounits", "-lms", "100");

    /// <summary>The first GPU's name; null where there is none, or no driver's program.</summary>
    public static string? FindName()
    {
        try
        {
            using var query = Run("--query-gpu=name", "--format=csv,noheader");
            var name = query.StandardOutput.ReadLine();
            query.WaitForExit();
            return query.ExitCode == 0 && name is { Length: > 0 } ? name : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Begins to count.</summary>
    public static GpuMeter Start()
    {
        var meter = new GpuMeter();
        meter.reading = meter.ReadAsync();
        return meter;
    }

    /// <summary>The part of the time in which a kernel ran, and the most bytes in use.</summary>
    public async Task<(double Share, double Bytes)> StopAsync()
    {
        process.Kill();
        await reading;
        return samples.Count > 0
            ? (samples.Average(sample => sample.Share), samples.Max(sample => sample.Bytes))
            : throw new InvalidOperationException($"{Program}: expected samples, found none.");
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private static Process Run(params string[] arguments) => Process.Start(
        new ProcessStartInfo(Program, ["--id=0", .. arguments]) { RedirectStandardOutput = true })!;

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var parts = line.Split(',');
            if (parts.Length == 2
                && double.TryParse(parts[0], CultureInfo.InvariantCulture, out var percent)
                && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var mebibytes))
            {
                samples.Add((percent / 100, mebibytes * 1048576));
            }
        }
    }
}
