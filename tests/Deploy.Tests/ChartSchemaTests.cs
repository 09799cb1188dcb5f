using System.Text.Json.Nodes;
using RenderFarm.Tidy.Tests;
using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>What the chart renders is what Kubernetes and the operators take.</summary>
public sealed class ChartSchemaTests(RenderedChart chart)
{
    private static readonly string ChartFolder = Path.Combine(Tree.Root, "helm/renderfarm");

    [Fact]
    public void Chart_EverySetOfValues_HasNoFault()
    {
        Assert.True(chart.ExitCode == 0, chart.Verdict);
        Assert.All(RenderedChart.Names,
            name => Assert.Contains($"{name}: ", chart.Verdict, StringComparison.Ordinal));
        Assert.True(RenderedChart.Names.Count >= 6);
    }

    [Fact]
    public async Task Check_PlantedFaults_AreAllFound()
    {
        // The template, what stands there, what is planted, and the words that name the fault.
        (string Template, string Right, string Wrong, string Named)[] plants =
        [
            ("_pod.tpl", "readOnlyRootFilesystem", "readOnlyRootFileSystem", "RootFileSystem"),
            ("_pod.tpl", "failureThreshold: 6", "failureThreshold: six", "must be integer"),
            ("broker.yaml", "maxSurge: 1", "maxSurges: 1", "maxSurges"),
            ("scaling.yaml", "cooldownPeriod", "coolDownPeriod", "coolDownPeriod"),
            ("rabbitmq.yaml", "replicas:", "replicaCount:", "replicaCount"),
            ("telemetry.yaml", "podMetricsEndpoints:", "endpoints:", "\"endpoints\""),
            ("networkpolicies.yaml", "kind: NetworkPolicy", "kind: NetRule", "no such kind"),
        ];
        var copy = Directory.CreateTempSubdirectory("renderfarm-").FullName;
        CopyChart(copy);
        foreach (var (template, right, wrong, _) in plants)
        {
            var file = Path.Combine(copy, "templates", template);
            var text = await File.ReadAllTextAsync(file);
            Assert.Contains(right, text, StringComparison.Ordinal);
            await File.WriteAllTextAsync(
                file, text.Replace(right, wrong, StringComparison.Ordinal));
        }

        var run = await ToolRun.EndAsync(
            RenderedChart.Script,
            ["--chart", copy, Path.Combine(Tree.Root, "helm/check/values/everything.yaml")],
            TestContext.Current.CancellationToken);

        Directory.Delete(copy, recursive: true);
        Assert.Equal(1, run.ExitCode);
        Assert.All(plants,
            plant => Assert.Contains(plant.Named, run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pools", "pools: {cpu: {grace: 3}}")]
    [InlineData("pools", "pools: {cpu: {graceSeconds: 4000}}")]
    [InlineData("pools", "pools: {Large_Cards: {}}")]
    [InlineData("s3.endpoint", "s3: {endpoint: \"https://key:secret@s3.example.com\"}")]
    [InlineData("image.registry", "image: {registry: \"\"}")]
    [InlineData("device", "device: tpu")]
    [InlineData("rabbitmq.cluster.replicas", "rabbitmq: {cluster: {enabled: true, replicas: 2}}")]
    [InlineData("models", "pools: {cpu: {models: [wan]}}")]
    [InlineData("modelCache", "pools: {cpu: {models: [a], modelCache: {claim: a, image: b}}}")]
    [InlineData("scaling.min", "pools: {cpu: {scaling: {enabled: true, min: 9, max: 3}}}")]
    [InlineData("graceSeconds", "pools: {cpu: {spot: true, graceSeconds: 900}}")]
    [InlineData("ingress.host", "broker: {ingress: {enabled: true}}")]
    public async Task Values_ThatCannotBeMeant_AreNamed(string named, string values)
    {
        var file = Path.GetTempFileName() + ".yaml";
        var minimal = Tree.Read("helm/check/values/minimal.yaml").Split('\n')
            .Where(line => !values.StartsWith(line.Split(':')[0] + ":", StringComparison.Ordinal)
                && !(values.StartsWith("pools", StringComparison.Ordinal)
                    && line.StartsWith(' ')));
        await File.WriteAllTextAsync(file, string.Join('\n', minimal) + '\n' + values + '\n');

        var run = await ToolRun.EndAsync(
            RenderedChart.Script, [file], TestContext.Current.CancellationToken);

        File.Delete(file);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(named, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_EveryOne_IsInTheReadmeAndTheSchema()
    {
        var values = await YamlFile.ReadAsync("helm/renderfarm/values.yaml");
        var schema = JsonNode.Parse(Tree.Read("helm/renderfarm/values.schema.json"))!;
        var readme = Tree.Read("helm/renderfarm/README.md");
        var names = values.AsObject().Select(pair => pair.Key).ToList();

        Assert.Equal(
            names.Append("global").Order(StringComparer.Ordinal),
            schema.Members("properties").Select(pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.All(
            names.Concat(values.Members("poolDefaults").Select(pair => pair.Key)),
            name => Assert.Contains(name, readme, StringComparison.Ordinal));
    }

    private static void CopyChart(string to)
    {
        foreach (var file in Directory.EnumerateFiles(ChartFolder, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
        }))
        {
            var target = Path.Combine(to, Path.GetRelativePath(ChartFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
