using RenderFarm.Diffusion;
using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Farm.Tests.Cli;

/// <summary>renderfarm models, and films made with models of every family.</summary>
public sealed class ModelsTests
{
    [Fact]
    public async Task Models_AddListInspectVerifyRender_ByName()
    {
        using var folder = new WorkFolder();
        var package = Miniature.Open("sd15");

        using var added = await RunAsync(
            folder, 0, "models", "add", package.Folder, "--name", "stills");
        using var listed = await RunAsync(folder, 0, "models", "list");
        using var sheet = await RunAsync(folder, 0, "models", "inspect", "stills");
        using var verified = await RunAsync(folder, 0, "models", "verify", "stills");
        using var film = await RunAsync(
            folder, 0, "render", "--prompt", "a red ball", "--model", "stills", "--out", "film");

        var digest = ModelPackage.Open(package.Folder, "stills").Digest;
        Assert.Equal($"added stills {digest}\n", added.Output);
        Assert.StartsWith($"stills  {digest}  0.", listed.Output, StringComparison.Ordinal);
        Assert.Contains("  pipeline  StableDiffusionPipeline", sheet.Output,
            StringComparison.Ordinal);
        Assert.Contains("  unet: fp32, ", sheet.Output, StringComparison.Ordinal);
        Assert.Contains(", attention not fused", sheet.Output, StringComparison.Ordinal);
        Assert.Contains("    in   timestep int64 []", sheet.Output, StringComparison.Ordinal);
        Assert.Contains("  memory for 64x64, frames: 1: about ", sheet.Output,
            StringComparison.Ordinal);
        Assert.Contains("  unet: largest difference ", verified.Output, StringComparison.Ordinal);
        Assert.Equal(1, RenderTests.CountFrames(folder.At("film", "reel.mp4")));
    }

    [Fact]
    public async Task Models_AddTwiceAndRemove_SaySo()
    {
        using var folder = new WorkFolder();
        var package = Miniature.Open("ltx");

        using var first = await RunAsync(folder, 0, "models", "add", package.Folder);
        using var second = await RunAsync(folder, 0, "models", "add", package.Folder);
        using var removed = await RunAsync(folder, 0, "models", "remove", "tiny-ltx");
        using var again = await RunAsync(folder, 2, "models", "remove", "tiny-ltx");

        Assert.Equal($"tiny-ltx {package.Digest} is known already\n", second.Output);
        Assert.Equal($"removed tiny-ltx {package.Digest}\n", removed.Output);
        Assert.Contains("found no 'tiny-ltx'", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_VerifyDamagedValues_EndsWithThree()
    {
        using var folder = new WorkFolder();
        using var copy = Miniature.Copy("sd15");
        var golden = Path.Combine(copy.Path, "golden", "unet.out_sample.bin");
        var bytes = await File.ReadAllBytesAsync(golden);
        BitConverter.TryWriteBytes(bytes, BitConverter.ToSingle(bytes) + 0.5f);
        await File.WriteAllBytesAsync(golden, bytes);

        using var run = await RunAsync(folder, 3, "models", "verify", copy.Path);

        Assert.Contains(
            "  unet: largest difference 5.0e-1, allowed 1.0e-3  WRONG",
            run.Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sdxl", 1)]
    [InlineData("wan22-t2v", 9)]
    [InlineData("wan22-ti2v", 9)]
    [InlineData("ltx", 17)]
    public async Task Render_ModelOfAFamily_MakesAFilm(string name, int frameCount)
    {
        using var folder = new WorkFolder();

        using var run = await RunAsync(
            folder, 0, "render", "--prompt", "a red ball", "--model", Miniature.Folder(name),
            "--out", "film");

        Assert.Equal(frameCount, RenderTests.CountFrames(folder.At("film", "reel.mp4")));
    }

    private static async Task<CommandRun> RunAsync(
        WorkFolder folder, int exitCode, params string[] arguments)
    {
        var run = await CommandRun.EndAsync(folder.Path, arguments);
        Assert.True(run.ExitCode == exitCode, $"{run.ExitCode}: {run.Output}{run.Errors}");
        return run;
    }
}
