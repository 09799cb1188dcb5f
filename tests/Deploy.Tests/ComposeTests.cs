using System.Text.Json.Nodes;
using RenderFarm.Tidy.Tests;
using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>The compose file holds together.</summary>
public sealed class ComposeTests
{
    [Fact]
    public async Task Volumes_OfEveryService_ExistOrAreDeclared()
    {
        var compose = await YamlFile.ReadAsync("deploy/compose.yaml");
        var declared = compose.Members("volumes").Select(pair => pair.Key).ToList();

        Assert.All(Services(compose).SelectMany(one => one.Items("volumes")), volume =>
        {
            var parts = volume.ToString().Split(':');
            if (parts[0].StartsWith('.'))
            {
                var path = Path.GetFullPath(Path.Combine(Tree.Root, "deploy", parts[0]));
                Assert.True(Path.Exists(path), $"deploy/{parts[0]} is not there");
                Assert.Equal("ro", parts[^1]);
            }
            else if (parts.Length > 1)
            {
                Assert.Contains(parts[0], declared);
            }
        });
    }

    [Fact]
    public async Task References_OfEveryService_AreThere()
    {
        var compose = await YamlFile.ReadAsync("deploy/compose.yaml");
        string[] Keys(string path) => [.. compose.Members(path).Select(pair => pair.Key)];

        Assert.All(Services(compose), one =>
        {
            Assert.Subset(Keys("services").ToHashSet(),
                one.Members("depends_on").Select(pair => pair.Key).ToHashSet());
            Assert.Subset(Keys("networks").ToHashSet(),
                one.Items("networks").Select(name => name.ToString()).ToHashSet());
            Assert.Subset(Keys("configs").ToHashSet(),
                one.Items("configs").Select(config => config.Text("source")).ToHashSet());
            if (one.At("build") is not null)
            {
                Assert.True(File.Exists(
                    Path.Combine(Tree.Root, one.Text("build.dockerfile"))));
            }
        });
    }

    [Fact]
    public async Task Services_ThatAreOurs_AreConfined()
    {
        var compose = await YamlFile.ReadAsync("deploy/compose.yaml");

        Assert.All(["broker", "stitcher", "worker"], name =>
        {
            var service = compose.At($"services.{name}")!;
            Assert.Equal("true", service.Text("read_only"));
            Assert.Equal("ALL", service.Text("cap_drop.0"));
            Assert.Equal("no-new-privileges:true", service.Text("security_opt.0"));
        });
        Assert.Equal("true", compose.Text("networks.farm.internal"));
        Assert.All(
            Services(compose).SelectMany(one => one.Items("ports")),
            port => Assert.StartsWith("127.0.0.1:", port.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Images_OfOthers_AreOfAVersion()
    {
        var compose = await YamlFile.ReadAsync("deploy/compose.yaml");

        Assert.All(
            Services(compose).Select(one => one.Text("image")),
            image => Assert.Matches(":v?[0-9]+[.][0-9]+([.][0-9]+)?(-management)?$", image));
    }

    [Fact]
    public async Task Variables_ThatMustBeGiven_AreInTheExample()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Tree.Root, "deploy/compose.yaml"));
        var example = await File.ReadAllTextAsync(Path.Combine(Tree.Root, "deploy/.env.example"));
        var names = System.Text.RegularExpressions.Regex.Matches(text, @"\$\{(\w+)")
            .Select(match => match.Groups[1].Value).Distinct();

        Assert.All(names, name =>
            Assert.Contains($"\n{name}=", example, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prometheus_OfTheFarm_TakesItsConfiguration()
    {
        var run = await ToolRun.EndAsync(
            "promtool", ["check", "config", "--syntax-only", "deploy/compose/prometheus.yaml"],
            TestContext.Current.CancellationToken);

        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
    }

    [Theory]
    [InlineData("deploy/compose.gpu.yaml")]
    [InlineData("deploy/compose/collector.yaml")]
    [InlineData("deploy/compose/prometheus.yaml")]
    public async Task Files_BesideTheComposeFile_AreYaml(string file)
    {
        Assert.IsType<JsonObject>(await YamlFile.ReadAsync(file));
    }

    private static IEnumerable<JsonNode> Services(JsonNode compose) =>
        compose.Members("services").Select(pair => pair.Value!);
}
