using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RenderFarm.Tidy.Tests;
using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>
/// Every setting that the chart and the compose file make is one that the service has, with a value
/// that it takes.
/// </summary>
public sealed partial class SettingTests(RenderedChart chart)
{
    [Fact]
    public void Settings_OfTheChart_AreTheServicesOwn()
    {
        var faults =
            from one in chart.Workloads()
            where one.Workload.Text("kind") == "Deployment"
            let container = one.Workload.At("spec.template.spec.containers.0")!
            from fault in ServiceSettings.Faults(
                container.Text("name"), Environment(one.Set, container))
            select $"{one.Set}: {fault}";

        Assert.Empty(faults);
    }

    [Fact]
    public async Task Settings_OfTheComposeFile_AreTheServicesOwn()
    {
        var compose = await YamlFile.ReadAsync("deploy/compose.yaml");
        var faults =
            from service in new[] { "broker", "stitcher", "worker" }
            let environment = compose.Members($"services.{service}.environment")
                .ToDictionary(pair => pair.Key, pair => Filled(pair.Value!.ToString()))
            from fault in ServiceSettings.Faults(service, environment)
            select fault;

        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("broker", "Broker__LeaseTime", "00:00:30")]
    [InlineData("broker", "Broker__LeaseDuration", "soon")]
    [InlineData("worker", "Worker__GraceTime", "02:00:00")]
    [InlineData("worker", "Redis__Url", "redis:6379")]
    [InlineData("stitcher", "STORAGE_BUCKET", "films")]
    public void Settings_ThatNobodyTakes_AreFound(string service, string name, string value)
    {
        Assert.NotEmpty(ServiceSettings.Faults(
            service, new Dictionary<string, string> { [name] = value }));
    }

    [Fact]
    public void Settings_OfTheReadme_AreInTheChartOrItsWords()
    {
        var chartText = string.Concat(
            Tree.Files.Where(file => file.StartsWith("helm/renderfarm/", StringComparison.Ordinal))
                .Select(Tree.Read));

        Assert.All(
            ["Bus__Url", "Redis__Url", "Storage__S3__Endpoint", "Storage__S3__Bucket",
                "Storage__S3__AccessKey", "Storage__S3__SecretKey", "Garbage__JobAge", "Worker__Id",
                "Worker__Device", "OTEL_EXPORTER_OTLP_ENDPOINT"],
            name => Assert.Contains(name, chartText, StringComparison.Ordinal));
    }

    // ${NAME:-default}, and ${NAME} or ${NAME:?why} for what must be given.
    private static string Filled(string value) => Variable().Replace(
        value, match => match.Groups["default"].Success ? match.Groups["default"].Value : "given");

    [GeneratedRegex(@"\$\{\w+(:-(?<default>[^}]*)|:\?[^}]*)?\}")]
    private static partial Regex Variable();

    // What comes from Secrets and from the pod itself is known only in a cluster.
    private Dictionary<string, string> Environment(string set, JsonNode container)
    {
        var map = container.Text("envFrom.0.configMapRef.name");
        var settings = chart.The(set, "ConfigMap", map).Members("data")
            .ToDictionary(pair => pair.Key, pair => pair.Value!.ToString());
        foreach (var variable in container.Items("env"))
        {
            settings[variable.Text("name")] = variable.At("value")?.ToString() ?? "from-elsewhere";
        }

        return settings;
    }
}
