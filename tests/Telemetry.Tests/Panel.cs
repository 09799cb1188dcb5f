using System.Text.Json.Nodes;
using RenderFarm.Cli.Local;

namespace RenderFarm.Telemetry.Tests;

/// <summary>What one panel of a committed dashboard asks of Prometheus.</summary>
internal sealed record Panel(string Dashboard, string Title, string Unit, string Expression)
{
    /// <summary>
    /// The panels that have data only on a machine with an NVIDIA GPU, from whose driver it comes.
    /// </summary>
    public static readonly string[] OnlyWithGpu =
        ["GPU busy", "GPU memory", "GPU temperature", "GPU power"];

    /// <summary>Where the dashboards lie.</summary>
    public static string Folder => InstallFolder.Find("deploy/grafana/dashboards");

    /// <summary>Every query of every panel.</summary>
    public static IReadOnlyList<Panel> All() =>
    [
        .. from file in Directory.EnumerateFiles(Folder, "*.json")
           from panel in JsonNode.Parse(File.ReadAllText(file))!["panels"]!.AsArray()
           where panel["targets"] is not null
           from target in panel["targets"]!.AsArray()
           select new Panel(
               Path.GetFileNameWithoutExtension(file),
               (string)panel["title"]!,
               (string)panel["fieldConfig"]!["defaults"]!["unit"]!,
               (string)target["expr"]!),
    ];

    public override string ToString() => $"{Dashboard}, '{Title}': {Expression}";
}
