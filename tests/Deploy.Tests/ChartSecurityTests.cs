using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>Every pod of the chart is what Kubernetes calls restricted, and more.</summary>
public sealed class ChartSecurityTests(RenderedChart chart)
{
    /// <summary>Kinds of volumes that the restricted level takes.</summary>
    private static readonly string[] Volumes =
    [
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image",
        "persistentVolumeClaim", "projected", "secret",
    ];

    [Fact]
    public void Pods_OfEverySet_AreRestricted()
    {
        Assert.All(chart.Workloads(), one =>
        {
            var pod = one.Workload.Pod();
            Assert.Equal("true", pod.Text("securityContext.runAsNonRoot"));
            Assert.NotEqual(0, pod.Number("securityContext.runAsUser"));
            Assert.Equal("RuntimeDefault", pod.Text("securityContext.seccompProfile.type"));
            Assert.Equal("false", pod.Text("automountServiceAccountToken"));
            Assert.Null(pod.At("hostNetwork"));
            Assert.Null(pod.At("hostPID"));
            Assert.Null(pod.At("hostIPC"));
            Assert.All(pod.Items("volumes"), volume => Assert.Contains(
                Assert.Single(volume.AsObject(), member => member.Key != "name").Key, Volumes));
        });
    }

    [Fact]
    public void Containers_OfEverySet_AreRestricted()
    {
        Assert.All(Containers(), container =>
        {
            Assert.Equal("false", container.Text("securityContext.allowPrivilegeEscalation"));
            Assert.Equal("true", container.Text("securityContext.readOnlyRootFilesystem"));
            Assert.Equal("""["ALL"]""",
                container.At("securityContext.capabilities.drop")!.ToJsonString());
            Assert.Null(container.At("securityContext.capabilities.add"));
            Assert.Null(container.At("securityContext.privileged"));
            Assert.All(container.Items("ports"), port => Assert.Null(port.At("hostPort")));
            Assert.NotNull(container.At("resources.limits.memory"));
            Assert.NotNull(container.At("resources.requests.cpu"));
        });
    }

    [Fact]
    public void Scratch_OfEveryPod_IsBounded()
    {
        Assert.All(
            chart.Workloads().SelectMany(one => one.Workload.Pod().Items("volumes"))
                .Where(volume => volume.At("emptyDir") is not null),
            volume => Assert.EndsWith("Gi", volume.Text("emptyDir.sizeLimit"),
                StringComparison.Ordinal));
    }

    [Fact]
    public void Secrets_OfEverySet_AreReferredToAndNeverHeld()
    {
        string[] secret =
        [
            "Bus__Url", "Storage__S3__AccessKey", "Storage__S3__SecretKey", "REDIS_PASSWORD",
        ];
        Assert.All(RenderedChart.Names, name =>
        {
            Assert.Empty(chart.Of(name, "Secret"));
            Assert.All(chart.Of(name, "ConfigMap"), map => Assert.DoesNotContain(
                map.Members("data"), member => secret.Contains(member.Key)));
        });
        Assert.All(
            Containers().SelectMany(container => container.Items("env"))
                .Where(variable => secret.Contains(variable.Text("name"))),
            variable => Assert.NotEqual("", variable.Text("valueFrom.secretKeyRef.name")));
    }

    [Fact]
    public void Images_WithoutAWayOut_AreAllFromTheRegistryInside()
    {
        var pods = chart.Of("air-gapped", "Deployment").Concat(
            chart.Of("air-gapped", "StatefulSet")).Select(one => one.Pod()).ToList();
        var images = pods.SelectMany(pod => pod.Items("containers"))
            .Select(container => container.Text("image"))
            .Concat(pods.SelectMany(pod => pod.Items("volumes"))
                .Select(volume => volume.Text("image.reference")).Where(text => text.Length > 0))
            .Concat(chart.Of("air-gapped", "RabbitmqCluster").Select(one => one.Text("spec.image")))
            .ToList();

        Assert.Equal(6, images.Count);
        Assert.All(images, image =>
            Assert.StartsWith("registry.inside:5000/", image, StringComparison.Ordinal));
        Assert.All(pods, pod => Assert.Equal("inside", pod.Text("imagePullSecrets.0.name")));
    }

    [Fact]
    public void Images_OfEverySet_AreOfAVersionAndNotOfBitnami()
    {
        Assert.All(Containers().Select(container => container.Text("image")), image =>
        {
            Assert.Matches(":[0-9]+[.][0-9][^:/]*$", image);
            Assert.DoesNotContain("bitnami", image, StringComparison.OrdinalIgnoreCase);
        });
    }

    private IEnumerable<System.Text.Json.Nodes.JsonNode> Containers() =>
        chart.Workloads().SelectMany(one => one.Workload.Pod().Items("containers")
            .Concat(one.Workload.Pod().Items("initContainers")));
}
