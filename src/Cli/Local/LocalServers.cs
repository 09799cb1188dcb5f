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
        await LocalScript.RunAsync("servers.sh", cancellationToken, "start", folder);
        return FarmSettings.Read(folder);
    }

    /// <summary>Stops them; what they keep stays in the folder.</summary>
    public static Task StopAsync(string folder) =>
        LocalScript.RunAsync("servers.sh", CancellationToken.None, "stop", folder);
}
