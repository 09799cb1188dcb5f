using System.Text.Json;

namespace RenderFarm.Cli.Local;

/// <summary>
/// A Prometheus for a local farm, with the configuration and the rules of
/// <c>deploy/prometheus</c>.
/// </summary>
internal static class LocalPrometheus
{
    /// <summary>Starts it, and tells it where the services are.</summary>
    /// <param name="farm">The farm's folder; Prometheus keeps its own below it.</param>
    /// <param name="port">Where it listens, on loopback.</param>
    /// <param name="services">Name, kind and port of every service.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task StartAsync(
        string farm,
        int port,
        IEnumerable<(string Name, string Kind, int Port)> services,
        CancellationToken cancellationToken)
    {
        var targets = Directory.CreateDirectory(Path.Combine(FolderOf(farm), "targets"));
        var groups = services.Select(service => new
        {
            targets = new[] { $"127.0.0.1:{service.Port}" },
            labels = new { service = service.Kind, instance = service.Name },
        });
        await File.WriteAllTextAsync(
            Path.Combine(targets.FullName, "farm.json"),
            JsonSerializer.Serialize(groups),
            cancellationToken);
        await LocalScript.RunAsync(
            "prometheus-start.sh",
            cancellationToken,
            FolderOf(farm),
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{port}"));
    }

    /// <summary>Stops it; what it measured stays in the folder.</summary>
    public static Task StopAsync(string farm) =>
        LocalScript.RunAsync("prometheus-stop.sh", CancellationToken.None, FolderOf(farm));

    private static string FolderOf(string farm) => Path.Combine(farm, "prometheus");
}
