using System.Diagnostics;

namespace RenderFarm.Telemetry.Tests;

/// <summary>Programs that check files.</summary>
internal static class Tool
{
    /// <summary>Runs one to its end, and gives what it said and how it ended.</summary>
    public static async Task<(int Code, string Output)> RunAsync(
        string program, string folder, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(late.Token);
        var errors = process.StandardError.ReadToEndAsync(late.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(late.Token);
        return (process.ExitCode, await output + await errors);
    }
}
