using System.Diagnostics;
using RenderFarm.Cli.Farms;

namespace RenderFarm.Cli.Local;

/// <summary>The scripts of <c>deploy/local</c>, each run to its end.</summary>
internal static class LocalScript
{
    /// <summary>Runs one.</summary>
    /// <exception cref="FarmUnreachableException">It failed; says what it said.</exception>
    public static async Task RunAsync(
        string name, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            InstallFolder.Find(Path.Combine("deploy", "local", name)), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new FarmUnreachableException(
                $"{name} {arguments[0]} did not work:\n{await errors}{await output}");
        }
    }
}
