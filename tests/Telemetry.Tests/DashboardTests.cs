using System.Text.RegularExpressions;
using RenderFarm.Cli.Local;
using RenderFarm.Farm.Tests.Cli;
using Xunit;

namespace RenderFarm.Telemetry.Tests;

/// <summary>The committed dashboards as files.</summary>
public sealed partial class DashboardTests
{
    [Fact]
    public void Panels_Units_AreThoseOfTheirMetrics()
    {
        var faults = Panel.All()
            .Where(panel => UnitOf(panel.Expression) is { } unit && unit != panel.Unit)
            .Select(panel => $"{panel.Unit}, not {UnitOf(panel.Expression)}: {panel}")
            .ToList();

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Dashboards_Files_AreWhatTheirSourceMakes()
    {
        using var folder = new WorkFolder();
        var script = InstallFolder.Find("deploy/grafana/dashboards.mjs");

        var (code, output) = await Tool.RunAsync("node", folder.Path, "", script, folder.Path);

        Assert.True(code == 0, output);
        Assert.Equal(
            Names(Panel.Folder),
            Names(folder.Path));
        Assert.All(Names(folder.Path), name => Assert.Equal(
            File.ReadAllText(folder.At(name)),
            File.ReadAllText(Path.Combine(Panel.Folder, name))));
    }

    [Fact]
    public async Task Dashboards_AgainstGrafanasTypes_HaveNoFault()
    {
        var script = InstallFolder.Find("tests/Telemetry.Tests/grafana/check.mjs");

        var (code, output) = await Tool.RunAsync(
            "node", Panel.Folder, "", [script, .. Names(Panel.Folder)]);

        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Dashboards_WithAMisspeltField_AreFaulty()
    {
        using var folder = new WorkFolder();
        folder.File("farm.json", File.ReadAllText(Path.Combine(Panel.Folder, "farm.json"))
            .Replace("\"drawStyle\"", "\"drawStyel\"", StringComparison.Ordinal));
        var script = InstallFolder.Find("tests/Telemetry.Tests/grafana/check.mjs");

        var (code, output) = await Tool.RunAsync("node", folder.Path, "", script, "farm.json");

        Assert.Equal(1, code);
        Assert.Contains("drawStyel", output, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(folder, "*.json").Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal);

    /// <summary>The unit that a metric's name asks for; null where a query makes another.</summary>
    private static string? UnitOf(string expression) =>
        Ratio().IsMatch(expression) ? "percentunit"
        : Seconds().IsMatch(expression) ? "s"
        : Bytes().IsMatch(expression) ? "bytes"
        : expression.Contains("_celsius", StringComparison.Ordinal) ? "celsius"
        : expression.Contains("_watts", StringComparison.Ordinal) ? "watt"
        : null;

    [GeneratedRegex(@":ratio\d+[mh]|_ratio\b")]
    private static partial Regex Ratio();

    // A gauge or a quantile; a counter's rate is another unit.
    [GeneratedRegex(@"_seconds\b|:avg1h|histogram_quantile\(.*_seconds_bucket")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"_bytes\b")]
    private static partial Regex Bytes();
}
