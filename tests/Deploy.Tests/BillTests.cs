using System.Text.Json.Nodes;
using RenderFarm.Tidy.Tests;
using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>What is shipped is listed, with its licence.</summary>
public sealed class BillTests
{
    public static TheoryData<string> Services() => ["broker", "stitcher", "worker", "cli"];

    [Fact]
    public async Task Bills_OfEveryService_AreCycloneDx()
    {
        var folder = Directory.CreateTempSubdirectory("renderfarm-").FullName;
        foreach (var service in Services().Select(row => row.Data))
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, service + ".json"), await Bill.WriteAsync(service));
        }

        var run = await ToolRun.EndAsync(
            RenderedChart.Script, ["bill", .. Directory.GetFiles(folder)],
            TestContext.Current.CancellationToken);

        Directory.Delete(folder, recursive: true);
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Bill_OfAService_GivesEveryPackageALicence(string service)
    {
        var bill = JsonNode.Parse(await Bill.WriteAsync(service))!;

        Assert.All(
            bill.Items("components").Where(one => one.Text("type") != "container"),
            one => Assert.Single(one.Items("licenses")));
        Assert.DoesNotContain(
            bill.Items("components"), one => one.Text("name").EndsWith(
                "Analyzers", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Broker")]
    [InlineData("Stitcher")]
    [InlineData("Worker")]
    public async Task Bill_OfAService_HasWhatTheProgramLoads(string service)
    {
        var folder = Path.Combine(
            Tree.Root, "artifacts/bin", service, "release");
        var bill = JsonNode.Parse(await Bill.WriteAsync(service.ToUpperInvariant() switch
        {
            "BROKER" => "broker",
            "STITCHER" => "stitcher",
            _ => "worker",
        }))!;
        var listed = bill.Items("components")
            .Select(one => $"{one.Text("name")}/{one.Text("version")}").ToHashSet();

        Assert.Subset(listed, Bill.Packages(folder, service).ToHashSet());
    }

    [Fact]
    public async Task Bill_WithAnImagesRoot_HasItsDebianPackages()
    {
        var bill = JsonNode.Parse(await Bill.WriteAsync("stitcher", "--rootfs", "/"))!;
        var ffmpeg = Assert.Single(
            bill.Items("components"), one => one.Text("name") == "ffmpeg");

        Assert.StartsWith("pkg:deb/", ffmpeg.Text("purl"), StringComparison.Ordinal);
        Assert.Contains(ffmpeg.Items("licenses"), one => one.Text("license.name")
            .StartsWith("GPL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Licences_InTheTree_AreThoseOfTheLockFiles()
    {
        var written = await Bill.WriteAsync("--licences");
        if (Environment.GetEnvironmentVariable("RENDERFARM_WRITE_GOLDENS") == "1")
        {
            await File.WriteAllTextAsync(
                Path.Combine(Tree.Root, "deploy/THIRD-PARTY.md"), written);
        }

        Assert.Equal(Tree.Read("deploy/THIRD-PARTY.md"), written);
    }
}
