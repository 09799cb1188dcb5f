using System.Text.Json;
using RenderFarm.Tidy.Tests;
using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>
/// A chart holds files of its own folder only, so it has copies of the dashboards and the rules.
/// <c>helm/copy</c> makes them anew.
/// </summary>
public sealed class DashboardTests(RenderedChart chart)
{
    [Theory]
    [InlineData("deploy/grafana/dashboards", "helm/renderfarm/dashboards", ".json")]
    [InlineData("deploy/prometheus/rules", "helm/renderfarm/rules", ".yml")]
    public void Copies_OfTheChart_AreLikeTheirOriginals(string from, string to, string kind)
    {
        var originals = Contents(from, kind);

        Assert.NotEmpty(originals);
        Assert.Equal(originals, Contents(to, kind));
    }

    [Fact]
    public void Dashboards_OfEverySet_AreWholeInTheirConfigMaps()
    {
        var maps = chart.Of("everything", "ConfigMap").Where(map =>
            map.At("metadata.labels")!["grafana_dashboard"]?.ToString() == "1").ToList();

        Assert.Equal(Contents("helm/renderfarm/dashboards", ".json").Count, maps.Count);
        Assert.All(maps.SelectMany(map => map.Members("data")), file =>
        {
            Assert.Equal(
                Normal(Tree.Read("helm/renderfarm/dashboards/" + file.Key)),
                Normal(file.Value!.ToString()));
        });
    }

    [Fact]
    public void Rules_OfBothKinds_AreRendered()
    {
        var count = Contents("helm/renderfarm/rules", ".yml").Count;

        Assert.Equal(count, chart.Of("everything", "PrometheusRule").Count());
        Assert.Equal(count, chart.Of("air-gapped", "ConfigMap").Count(map => map.Text(
            "metadata.name").Contains("-rules-", StringComparison.Ordinal)));
    }

    private static Dictionary<string, string> Contents(string folder, string kind) =>
        Tree.Under(folder + "/", kind).ToDictionary(
            file => Path.GetRelativePath(folder, file), Tree.Read);

    private static string Normal(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement);
    }
}
