using System.Diagnostics;
using Xunit;

namespace RenderFarm.Broker.Tests;

/// <summary>
/// The protocol between Broker, Workers, Stitcher, Redis and the store, as two models that spin
/// explores to the last state; and that each safeguard in it is needed.
/// </summary>
public sealed class ProtocolTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("renderfarm-spin-");

    [Fact]
    public Task Safety_OfTheProtocol_HoldsInEveryState() => AssertHoldsAsync("safety", "");

    [Theory]
    [InlineData("ANY_CLIP_WINS")]
    [InlineData("COUNTED_ATTEMPTS")]
    [InlineData("REDIS_DECIDES")]
    [InlineData("COUNTED_TWICE")]
    [InlineData("ANY_REEL_WINS")]
    public Task Safety_WithoutASafeguard_IsLost(string mutant) =>
        AssertFailsAsync("safety", $"-D{mutant}");

    [Fact]
    public Task Liveness_OfTheProtocol_HoldsAfterAnyFaults() => AssertHoldsAsync("liveness", "");

    [Theory]
    [InlineData("NO_RESEND")]
    [InlineData("NO_EXPIRY")]
    public Task Liveness_WithoutARepair_IsLost(string mutant) =>
        AssertFailsAsync("liveness", $"-D{mutant}");

    public void Dispose() => folder.Delete(recursive: true);

    private async Task AssertHoldsAsync(string model, string define)
    {
        var report = await ExploreAsync(model, define);

        Assert.Contains("errors: 0", report, StringComparison.Ordinal);
        // A search that ran into one of its own limits has proved nothing.
        Assert.DoesNotContain("Search not completed", report, StringComparison.Ordinal);
        Assert.DoesNotContain("max search depth too small", report, StringComparison.Ordinal);
    }

    private async Task AssertFailsAsync(string model, string define)
    {
        var report = await ExploreAsync(model, define);

        Assert.Contains("errors: 1", report, StringComparison.Ordinal);
    }

    private async Task<string> ExploreAsync(string model, string define)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Protocol", $"{model}.pml");
        string[] defines = define.Length == 0 ? [] : [define];
        string[] kind = model == "safety"
            ? ["-DVECTORSZ=1024", "-DCOLLAPSE", "-DSAFETY"]
            : ["-DNFAIR=3"];
        await RunAsync("spin", [.. defines, "-a", source]);
        await RunAsync("gcc", ["-w", "-O2", .. kind, "-DMEMLIM=4000", "-o", "pan", "pan.c"]);
        return await RunAsync(
            Path.Combine(folder.FullName, "pan"),
            model == "safety" ? ["-E", "-m500000"] : ["-a", "-f", "-m1000000"]);
    }

    private async Task<string> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(
            TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program}: {output}{await errors}");
        return output;
    }
}
