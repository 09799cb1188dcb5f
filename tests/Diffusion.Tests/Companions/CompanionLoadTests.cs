using RenderFarm.Diffusion.Tests.Pipelines;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Companions;

public sealed class CompanionLoadTests : IDisposable
{
    private readonly CompanionPackage package = new();

    public void Dispose() => package.Dispose();

    [Theory]
    [InlineData("upscaler")]
    [InlineData("interpolator")]
    [InlineData("scorer")]
    public void Load_ManifestWithoutItsGraph_NamesTheFile(string name)
    {
        File.Delete(Path.Combine(package.Folder, name, "model.onnx"));

        var fault = Assert.Throws<ModelException>(Load);

        Assert.EndsWith($"lacks {name}/model.onnx.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TailThatEndsWithinALatentFrame_SaysSo()
    {
        package.Edit(manifest => manifest["frameCounts"]!["multiple"] = 8);
        var path = Path.Combine(package.Folder, "vae_decoder/config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(
            "\"temporal_compression_ratio\": 4",
            "\"temporal_compression_ratio\": 8",
            StringComparison.Ordinal));

        var fault = Assert.Throws<ModelException>(Load);

        Assert.Contains(
            "extend: expected latent frames that end where the last 5 frames do, found 8",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_UpscalerOfTwoFrames_PrintsTheDifference()
    {
        package.Write("upscaler", TinyCompanions.Interpolator());

        var fault = Assert.Throws<ModelException>(Load);

        Assert.Contains(
            "input frames: expected real [?, 9, ?, ?], found Float [?, 6, ?, ?]",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("upscale", 0, "upscale: expected 1 to 8, found 0")]
    [InlineData("interpolation", 3, "interpolation: expected 1 to 2, found 3")]
    public void Open_FactorThatNoCompanionHas_NamesIt(string name, int factor, string message)
    {
        package.Edit(manifest => manifest[name] = factor);

        var fault = Assert.Throws<ModelException>(package.Open);

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DraftBeyondTheSteps_NamesIt()
    {
        package.Edit(manifest => manifest["steps"]!["draft"] = 101);

        var fault = Assert.Throws<ModelException>(package.Open);

        Assert.Contains(
            "steps.draft: expected 1 to 100, found 101",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ManifestWithoutCompanions_HasNone()
    {
        using var bare = CompanionPackage.Bare();

        var manifest = ModelPackage.Open(bare.Path).Manifest;

        Assert.Equal((1, 1, false, 0), (
            manifest.Upscale, manifest.Interpolation, manifest.Scorer, manifest.Steps.Draft));
        Assert.False(manifest.ExtendsClips || manifest.LoopsClips);
    }

    [Fact]
    public void Frames_UpscalerOfAnotherFactorThanTheManifests_AreAModelFault()
    {
        package.Edit(manifest => manifest["upscale"] = 2);
        using var pipeline = VideoPipeline.Load(package.Open(), new OnnxOptions());
        using var clip = pipeline.Generate(
            VideoRequests.Small with { Upscale = 2, Width = 128, Height = 128 }, null, default);

        Assert.Throws<ModelException>(() => CompanionPipeline.Frames(clip));
    }

    private void Load()
    {
        using var pipeline = VideoPipeline.Load(package.Open(), new OnnxOptions());
    }
}
