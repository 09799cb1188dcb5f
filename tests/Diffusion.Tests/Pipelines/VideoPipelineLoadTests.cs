using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines;

public sealed class VideoPipelineLoadTests : IDisposable
{
    private readonly TemporaryFolder copy = FlipbookPackage.Copy();

    public void Dispose() => copy.Dispose();

    [Theory]
    [InlineData("model_index.json")]
    [InlineData("tokenizer/tokenizer.json")]
    [InlineData("scheduler/scheduler_config.json")]
    [InlineData("text_encoder/model.onnx")]
    [InlineData("transformer/model.onnx")]
    [InlineData("vae_encoder/model.onnx")]
    [InlineData("vae_decoder/model.onnx")]
    [InlineData("vae_decoder/config.json")]
    public void Load_MissingFile_NamesIt(string file)
    {
        File.Delete(Path.Combine(copy.Path, file));

        var fault = Assert.Throws<ModelException>(Load);

        Assert.EndsWith($"lacks {file}.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_GraphOfAnotherPart_PrintsTheDifference()
    {
        File.Copy(
            Path.Combine(copy.Path, "vae_decoder/model.onnx"),
            Path.Combine(copy.Path, "vae_encoder/model.onnx"),
            overwrite: true);

        var fault = Assert.Throws<ModelException>(Load);

        Assert.StartsWith(
            "vae_encoder/model.onnx has another signature",
            fault.Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "input sample: expected real [?, 3, ?, ?, ?], found none",
            fault.Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "input latent_sample: expected none, found Float [?, 8, ?, ?, ?]",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AnotherPipeline_SaysWhichIsExpected()
    {
        copy.Write("model_index.json", """{"_class_name": "OwnPipeline"}""");

        var fault = Assert.Throws<ModelException>(Load);

        Assert.StartsWith(
            "model_index.json: _class_name: expected one of FlipbookPipeline, "
                + "LTXConditionPipeline, ",
            fault.Message,
            StringComparison.Ordinal);
        Assert.EndsWith("found \"OwnPipeline\".", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"latents_mean\"", "\"other\"", "latents_mean: expected a list of numbers")]
    [InlineData("\"latent_channels\": 8", "\"latent_channels\": 4", "expected 4 numbers")]
    [InlineData(
        "\"temporal_compression_ratio\": 4",
        "\"temporal_compression_ratio\": 0",
        "expected a whole number of at least 1, found 0")]
    public void Load_BadVaeConfig_NamesTheField(string text, string replacement, string message)
    {
        var path = Path.Combine(copy.Path, "vae_decoder/config.json");
        var config = File.ReadAllText(path);
        Assert.Contains(text, config, StringComparison.Ordinal);
        File.WriteAllText(path, config.Replace(text, replacement, StringComparison.Ordinal));

        var fault = Assert.Throws<ModelException>(Load);

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"sizeMultiple\": 16", "\"sizeMultiple\": 20", "expected a multiple of 8")]
    [InlineData("\"offset\": 1", "\"offset\": 0", "expected 4 * k + 1, found 4 * k + 0")]
    public void Load_ManifestThatTheVaeCannotServe_SaysSo(
        string text,
        string replacement,
        string message)
    {
        var path = Path.Combine(copy.Path, "manifest.json");
        var manifest = File.ReadAllText(path);
        Assert.Contains(text, manifest, StringComparison.Ordinal);
        File.WriteAllText(path, manifest.Replace(text, replacement, StringComparison.Ordinal));

        var fault = Assert.Throws<ModelException>(Load);

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    private void Load()
    {
        using var pipeline =
            VideoPipeline.Load(ModelPackage.Open(copy.Path), new OnnxOptions());
    }
}
