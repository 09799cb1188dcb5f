using System.Diagnostics;
using System.Globalization;
using RenderFarm.Cli.Local;

namespace RenderFarm.Benchmarks;

/// <summary>Peak resident memory of an embedded render over the bytes of its model.</summary>
internal static class MemoryBenchmark
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    public static async Task<string> RunAsync()
    {
        using var place = new Place();
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = place.Folder,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "renderfarm.dll"),
                "render",
                await BenchFilm.WriteAsync(place.Folder),
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        long peak = 0;
        using var timer = new PeriodicTimer(Period);
        while (!process.HasExited && await timer.WaitForNextTickAsync())
        {
            peak = Math.Max(peak, PeakBytes(process.Id));
        }

        await output;
        var model = Directory.EnumerateFiles(
                InstallFolder.Flipbook, "*.onnx", SearchOption.AllDirectories)
            .Sum(file => new FileInfo(file).Length);
        return string.Create(CultureInfo.InvariantCulture,
            $"memory: peak {peak / 1e6:0} MB resident (exit {process.ExitCode}), " +
            $"{(double)peak / model:0.0} x the model's {model / 1e6:0.0} MB on disk");
    }

    // VmHWM is the kernel's own high-water mark, so nothing between two looks is missed.
    private static long PeakBytes(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status")
                .FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null
                ? 0
                : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
                    CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
