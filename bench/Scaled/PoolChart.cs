using System.Diagnostics;
using System.Text.Json.Nodes;
using RenderFarm.Cli.Local;

namespace RenderFarm.Benchmarks.Scaled;

/// <summary>A pool of the chart that goes to nothing and back.</summary>
internal static class PoolChart
{
    private const string Set = "scale-to-zero";
    private const string Pool = "-worker-l40s";

    /// <summary>Renders the chart into a folder and reads what it asks of KEDA.</summary>
    public static async Task<ScalerTerms> ReadAsync(
        string folder, double speed, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            InstallFolder.Find("helm/check/run"),
            ["--out", folder, InstallFolder.Find($"helm/check/values/{Set}.yaml")])
        {
            RedirectStandardOutput = true,
        };
        using var check = Process.Start(start)!;
        var said = await check.StandardOutput.ReadToEndAsync(cancellationToken);
        await check.WaitForExitAsync(cancellationToken);
        if (check.ExitCode != 0)
        {
            throw new InvalidDataException($"the chart cannot be rendered: {said}");
        }

        var objects = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(folder, $"{Set}.json"), cancellationToken))!.AsArray();
        return ScalerTerms.Read(objects.Single(IsPool)!["spec"]!, speed);
    }

    private static bool IsPool(JsonNode? one) => (string?)one!["kind"] == "ScaledObject"
        && ((string)one["metadata"]!["name"]!).EndsWith(Pool, StringComparison.Ordinal);
}
