using System.Text.Json.Nodes;
using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>A YAML file of the tree.</summary>
internal static class YamlFile
{
    /// <summary>Reads it, with its merge keys resolved.</summary>
    public static async Task<JsonNode> ReadAsync(string file)
    {
        var run = await ToolRun.EndAsync(
            RenderedChart.Script, ["json", file], TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, run.Errors);
        return JsonNode.Parse(run.Output)!;
    }
}
