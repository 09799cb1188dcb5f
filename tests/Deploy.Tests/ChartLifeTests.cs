using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>How pods start, are judged, and stop.</summary>
public sealed class ChartLifeTests(RenderedChart chart)
{
    [Fact]
    public void Probes_OfOurServices_AskWhatTheServicesAnswer()
    {
        Assert.All(Ours(), one =>
        {
            var container = one.At("spec.template.spec.containers.0")!;
            Assert.Equal("/healthz/live", container.Text("startupProbe.httpGet.path"));
            Assert.Equal("/healthz/ready", container.Text("readinessProbe.httpGet.path"));
            // Alive is a process that answers. A GPU that computes slowly is no reason to end it.
            Assert.Equal("/healthz/live", container.Text("livenessProbe.httpGet.path"));
            Assert.True(container.Number("livenessProbe.periodSeconds")
                * container.Number("livenessProbe.failureThreshold") >= 120);
            Assert.Equal(8080, container.Items("ports")
                .Single(port => port.Text("name") == "http").Number("containerPort"));
        });
    }

    [Fact]
    public void Probes_AtTheWorkersStart_WaitUntilModelsAreLoaded()
    {
        Assert.All(Workers(), one =>
        {
            var probe = one.At("spec.template.spec.containers.0.startupProbe")!;
            Assert.True(
                probe.Number("periodSeconds") * probe.Number("failureThreshold") >= 900);
        });
    }

    [Fact]
    public void Grace_OfEveryWorker_IsLongerThanItsOwn()
    {
        Assert.All(RenderedChart.Names, name => Assert.All(
            chart.Of(name, "Deployment").Where(IsWorker), worker =>
            {
                var config = chart.The(
                    name, "ConfigMap", worker.Text("metadata.name"));
                var own = TimeSpan.Parse(config.Text("data.Worker__GraceTime"),
                    System.Globalization.CultureInfo.InvariantCulture);
                // Its host takes four seconds more, which WorkerHosting says.
                Assert.Equal(
                    own + TimeSpan.FromSeconds(8),
                    TimeSpan.FromSeconds(
                        worker.Pod().Number("terminationGracePeriodSeconds")));
            }));
    }

    [Fact]
    public void Grace_OfSpotMachines_EndsBeforeTheyDo()
    {
        var steady = chart.The("two-pools-spot", "Deployment", "-worker-h100").Pod();
        var spot = chart.The("two-pools-spot", "Deployment", "-worker-l4-spot").Pod();
        var settings = chart.The("two-pools-spot", "ConfigMap", "-worker-l4-spot");

        Assert.Equal(1808, steady.Number("terminationGracePeriodSeconds"));
        Assert.InRange(spot.Number("terminationGracePeriodSeconds"), 10, 30);
        Assert.Equal("00:00:20", settings.Text("data.Worker__CheckpointPeriod"));
    }

    [Fact]
    public void Updates_OfWorkers_NeedNoSecondGpu()
    {
        Assert.All(Workers(), one =>
            Assert.Equal(0, one.Number("spec.strategy.rollingUpdate.maxSurge")));
    }

    [Fact]
    public void Updates_OfTheBroker_LoseNoReplica()
    {
        Assert.All(RenderedChart.Names, name =>
        {
            var broker = chart.The(name, "Deployment", "-broker");
            Assert.Equal(0, broker.Number("spec.strategy.rollingUpdate.maxUnavailable"));
            Assert.Equal(
                broker.Number("spec.replicas") > 1 ? 1 : 0,
                chart.Of(name, "PodDisruptionBudget").Count());
        });
    }

    [Fact]
    public void Settings_WhenTheyChange_RestartTheirPods()
    {
        Assert.All(Ours(), one => Assert.Matches(
            "^[0-9a-f]{64}$",
            one.At("spec.template.metadata.annotations")!["renderfarm/config"]!.ToString()));
    }

    [Fact]
    public void Redis_OfTheChart_WritesBeforeItAnswers()
    {
        var redis = chart.The("everything", "StatefulSet", "-redis");
        var arguments = string.Join(' ', redis.Pod().Items("containers").First().Items("args"));

        Assert.Equal(1, redis.Number("spec.replicas"));
        Assert.Contains("--appendonly yes", arguments, StringComparison.Ordinal);
        Assert.Contains("--appendfsync always", arguments, StringComparison.Ordinal);
        Assert.Contains("--maxmemory-policy noeviction", arguments, StringComparison.Ordinal);
        Assert.Single(redis.Items("spec.volumeClaimTemplates"));
    }

    private static bool IsWorker(System.Text.Json.Nodes.JsonNode one) =>
        one.Text("metadata.name").Contains("-worker-", StringComparison.Ordinal);

    private IEnumerable<System.Text.Json.Nodes.JsonNode> Ours() =>
        chart.Workloads().Select(one => one.Workload)
            .Where(one => one.Text("kind") == "Deployment");

    private IEnumerable<System.Text.Json.Nodes.JsonNode> Workers() => Ours().Where(IsWorker);
}
