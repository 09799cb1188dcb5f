using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>Pools grow and shrink by the farm's own measure, and to nothing.</summary>
public sealed class ChartScalingTests(RenderedChart chart)
{
    private const string Measure = "renderfarm_ready_gpu_seconds";

    [Fact]
    public void Scaler_OfEveryPool_AsksForReadyGpuSeconds()
    {
        Assert.All(
            RenderedChart.Names.SelectMany(name => chart.Of(name, "ScaledObject")),
            scaler =>
            {
                var trigger = Assert.Single(scaler.Items("spec.triggers"));
                Assert.Equal("prometheus", trigger.Text("type"));
                Assert.Contains($"max by (model) ({Measure}",
                    trigger.Text("metadata.query"), StringComparison.Ordinal);
                // A measure that is not there must not look like an empty farm.
                Assert.Equal("false", trigger.Text("metadata.ignoreNullValues"));
                Assert.Equal("currentReplicas", scaler.Text("spec.fallback.behavior"));
            });
    }

    [Fact]
    public void Scaler_OfAPoolWithModels_CountsTheirWork()
    {
        Assert.Equal(
            $"1 * sum(max by (model) ({Measure}{{model=~\"flipbook|wan-5b\"}}))",
            Query("everything", "-worker-l40s"));
        Assert.Equal(
            $"0.8 * sum(max by (model) ({Measure}))", Query("two-pools-spot", "-worker-l4-spot"));
    }

    [Fact]
    public void Scaler_OfEveryPool_ShrinksByOneAndSlowly()
    {
        Assert.All(
            RenderedChart.Names.SelectMany(name => chart.Of(name, "ScaledObject")),
            scaler =>
            {
                var down = scaler.At(
                    "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown")!;
                var policy = Assert.Single(down.Items("policies"));
                Assert.Equal("Pods", policy.Text("type"));
                Assert.Equal(1, policy.Number("value"));
                Assert.True(down.Number("stabilizationWindowSeconds") >= 300);
                Assert.True(scaler.Number("spec.cooldownPeriod") >= 300);
            });
    }

    [Fact]
    public void Scaler_WithoutWork_LeavesNoWorkers()
    {
        var scalers = chart.Of("scale-to-zero", "ScaledObject").ToList();

        Assert.Equal(2, scalers.Count);
        Assert.All(scalers, scaler =>
        {
            Assert.Equal(0, scaler.Number("spec.minReplicaCount"));
            Assert.Equal("0", scaler.Text("spec.triggers.0.metadata.activationThreshold"));
        });
    }

    [Fact]
    public void Replicas_OfAPool_AreSetByOneOfTwo()
    {
        Assert.All(RenderedChart.Names, name =>
        {
            var scaled = chart.Of(name, "ScaledObject")
                .Select(scaler => scaler.Text("spec.scaleTargetRef.name")).ToHashSet();
            Assert.All(
                chart.Of(name, "Deployment"),
                one => Assert.Equal(
                    scaled.Contains(one.Text("metadata.name")), one.At("spec.replicas") is null));
        });
    }

    [Fact]
    public void Pool_OnGpus_AsksForOneAndAPoolOnCpusForNone()
    {
        var gpu = chart.The("two-pools-spot", "Deployment", "-worker-h100").Pod();
        var slice = chart.The("external-tls", "Deployment", "-worker-a10").Pod();
        var cpu = chart.The("minimal", "Deployment", "-worker-cpu").Pod();

        Assert.Equal("1", Limits(gpu, "nvidia.com/gpu"));
        Assert.Equal("1", Limits(slice, "nvidia.com/mig-1g.10gb"));
        Assert.Null(Limits(cpu, "nvidia.com/gpu"));
    }

    [Fact]
    public void Models_OfAPool_LieInItsCache()
    {
        var worker = chart.The("everything", "Deployment", "-worker-l40s").Pod();
        var settings = chart.The("everything", "ConfigMap", "-worker-l40s");

        Assert.Equal("/models/wan-5b", settings.Text("data.Worker__Models__1"));
        Assert.Contains(worker.Items("volumes"), volume =>
            volume.Text("image.reference") == "registry.example.com/models/all:2026-11");
        Assert.Contains(worker.Items("containers.0.volumeMounts"), mount =>
            mount.Text("mountPath") == "/models" && mount.Text("readOnly") == "true");
    }

    [Fact]
    public void Operators_ThatAreNotAskedFor_AreNotNeeded()
    {
        Assert.All(chart["minimal"], one => Assert.DoesNotMatch(
            "keda|monitoring.coreos|rabbitmq.com", one.Text("apiVersion")));
    }

    private string Query(string set, string pool) =>
        chart.The(set, "ScaledObject", pool).Text("spec.triggers.0.metadata.query");

    private static string? Limits(System.Text.Json.Nodes.JsonNode pod, string resource) =>
        pod.At("containers.0.resources.limits")![resource]?.ToString();
}
