using System.Text.Json.Nodes;
using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>Who may talk to whom: nobody, but for what is listed here.</summary>
public sealed class ChartNetworkTests(RenderedChart chart)
{
    [Fact]
    public void Policy_OfEverySet_DeniesByDefault()
    {
        Assert.All(RenderedChart.Names, name =>
        {
            var deny = chart.The(name, "NetworkPolicy", "-default-deny");
            Assert.Equal("""["Ingress","Egress"]""", deny.At("spec.policyTypes")!.ToJsonString());
            Assert.Null(deny.At("spec.ingress"));
            Assert.Null(deny.At("spec.egress"));
            Assert.All(
                chart.Workloads().Where(one => one.Set == name),
                one => Assert.True(Selects(deny, one.Workload)));
        });
    }

    [Fact]
    public void Policy_OfEveryWorkload_IsItsOwn()
    {
        Assert.All(chart.Workloads(), one => Assert.Single(
            chart.Of(one.Set, "NetworkPolicy"),
            policy => !policy.Text("metadata.name").EndsWith("-deny", StringComparison.Ordinal)
                && Selects(policy, one.Workload)));
    }

    [Theory]
    [InlineData("minimal", "broker", "53 5672 6379 7480")]
    [InlineData("minimal", "worker", "53 5672 7480")]
    [InlineData("minimal", "stitcher", "53 5672 7480")]
    [InlineData("everything", "broker", "53 443 4317 5671 6379")]
    [InlineData("everything", "worker", "53 443 4317 5671")]
    [InlineData("external-tls", "broker", "53 443 5671 6380 9443")]
    [InlineData("external-tls", "worker", "53 443 5671 9443")]
    [InlineData("air-gapped", "worker", "53 80 5672")]
    public void Egress_OfAService_IsWhatItNeeds(string set, string service, string ports)
    {
        var policy = chart.The(set, "NetworkPolicy", $"-{service}");
        var found = policy.Items("spec.egress").SelectMany(rule => rule.Items("ports"))
            .Select(port => port.Number("port")).Distinct().Order();

        Assert.Equal(ports, string.Join(' ', found));
    }

    [Fact]
    public void Egress_WithPeersGiven_GoesNowhereElse()
    {
        string[] places = ["10.20.1.0/24", "10.20.2.7/32", "10.20.3.0/24", "10.20.4.0/24"];
        var peers = chart.Of("external-tls", "NetworkPolicy")
            .SelectMany(policy => policy.Items("spec.egress"))
            .SelectMany(rule => rule.Items("to"))
            .Select(peer => peer.Text("ipBlock.cidr")).Where(cidr => cidr.Length > 0);

        Assert.Equal(places, peers.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Egress_WithoutPeers_NeverReachesANodesCredentials()
    {
        var everywhere = RenderedChart.Names
            .SelectMany(name => chart.Of(name, "NetworkPolicy"))
            .SelectMany(policy => policy.Items("spec.egress"))
            .SelectMany(rule => rule.Items("to"))
            .Where(peer => peer.Text("ipBlock.cidr") == "0.0.0.0/0").ToList();

        Assert.NotEmpty(everywhere);
        Assert.All(everywhere, peer =>
            Assert.Equal("169.254.0.0/16", peer.Text("ipBlock.except.0")));
    }

    [Fact]
    public void Ingress_ToWorkersAndStitchers_IsForMetricsAlone()
    {
        Assert.All(
            from name in RenderedChart.Names
            from service in new[] { "worker", "stitcher" }
            select chart.The(name, "NetworkPolicy", $"-{service}"),
            policy => Assert.Equal("metrics",
                Assert.Single(policy.Items("spec.ingress")).Text("ports.0.port")));
    }

    [Fact]
    public void Ingress_ToRedis_IsForTheBrokerAlone()
    {
        var policy = chart.The("everything", "NetworkPolicy", "-redis");

        var peer = Assert.Single(Assert.Single(policy.Items("spec.ingress")).Items("from"));
        Assert.Equal("broker", peer.At("podSelector.matchLabels")![
            "app.kubernetes.io/component"]!.ToString());
        Assert.Null(policy.At("spec.egress"));
    }

    [Fact]
    public void Ingress_OfTheBroker_LeadsToTheApiAndThePageAlone()
    {
        var paths = chart.The("everything", "Ingress", "-broker")
            .Items("spec.rules.0.http.paths").ToList();

        Assert.Equal(
            [("/v1", "Prefix"), ("/page", "Prefix"), ("/", "Exact")],
            paths.Select(path => (path.Text("path"), path.Text("pathType"))));
        Assert.All(paths, path => Assert.Equal("http", path.Text("backend.service.port.name")));
        Assert.Empty(chart.Of("minimal", "Ingress"));
    }

    private static bool Selects(JsonNode policy, JsonNode workload)
    {
        var labels = workload.At("spec.template.metadata.labels")!;
        return policy.Members("spec.podSelector.matchLabels").All(
            wanted => labels[wanted.Key]?.ToString() == wanted.Value!.ToString());
    }
}
