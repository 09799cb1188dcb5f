using System.Text.RegularExpressions;
using RenderFarm.Cli.Local;
using Xunit;

namespace RenderFarm.Telemetry.Tests;

/// <summary>Recording and alert rules, as promtool sees them.</summary>
public sealed partial class RuleTests
{
    private static string Folder => InstallFolder.Find("deploy/prometheus");

    [Fact]
    public async Task Configuration_AsPromtoolReadsIt_HasNoFault()
    {
        var (code, output) = await Tool.RunAsync(
            "promtool", Folder, "", "check", "config", "prometheus.yml");

        Assert.True(code == 0, output);
        Assert.Contains("2 rule files found", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("recording.test.yml")]
    [InlineData("alerts.test.yml")]
    public async Task Rules_InTheirUnitTests_DoWhatTheySay(string file)
    {
        var (code, output) = await Tool.RunAsync(
            "promtool", Path.Combine(Folder, "tests"), "", "test", "rules", file);

        Assert.True(code == 0, output);
    }

    [Fact]
    public void Alerts_Runbooks_AreHeadingsOfTheDocs()
    {
        var page = InstallFolder.Find("docs/operating.md");
        var anchors = File.ReadLines(page).Where(line => line.StartsWith('#'))
            .Select(line => line.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-'))
            .ToHashSet();
        var text = File.ReadAllText(Path.Combine(Folder, "rules", "alerts.yml"));
        var alerts = Alert().Matches(text).Select(match => match.Groups[1].Value).ToList();
        var runbooks = Runbook().Matches(text).Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(alerts.Select(name => name.ToLowerInvariant()), runbooks);
        Assert.All(runbooks, anchor => Assert.Contains(anchor, anchors));
    }

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"runbook: docs/operating\.md#([\w-]+)")]
    private static partial Regex Runbook();
}
