using System.Diagnostics;
using RenderFarm.Cli.Farms;

namespace RenderFarm.Cli.Local;

/// <summary>
/// RabbitMQ, Redis and an S3 server in a private folder on loopback, through
/// <c>deploy/local/servers.sh</c>.
/// </summary>
internal static class LocalServers
{
    /// <summary>Starts them and reads where they listen.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> StartAsync(
        string folder, CancellationToken cancellationToken)
    {
        await RunAsync("start", folder, cancellationToken);
        return FarmSettings.Read(folder);
    }

    /// <summary>Stops them; what they keep stays in the folder.</summary>
    public static Task StopAsync(string folder) => RunAsync("stop", folder, CancellationToken.None);

    private static async Task RunAsync(
        string command, string folder, CancellationToken cancellationToken)
    {
        var script = InstallFolder.Find(Path.Combine("deploy", "local", "servers.sh"));
        var start = new ProcessStartInfo(script)
        {
            ArgumentList = { command, folder },
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
                $"the local servers did not {command}:\n{await errors}{await output}");
        }
    }
}
