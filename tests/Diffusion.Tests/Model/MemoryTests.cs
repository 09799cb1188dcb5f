using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Model;

public sealed class MemoryTests
{
    [Fact]
    public void MemoryFor_AttentionThatIsNotFused_GrowsWithTheSquareOfTheTokens()
    {
        var package = Miniature.Open("wan21-t2v");

        var small = package.MemoryFor(832, 480, 81);
        var large = package.MemoryFor(1664, 480, 81);

        // Scores and their softmax, of 32,760 tokens with one head in single precision.
        Assert.Equal(2L * 4 * 32_760 * 32_760, small.Scores);
        Assert.Equal(4 * small.Scores, large.Scores);
        Assert.Equal(
            AttentionKind.Unfused,
            package.Components.Single(one => one.Name == "transformer").Attention);
    }

    [Fact]
    public void Weights_HalfPrecisionThatIsWidened_CountAsTheyAreLoaded()
    {
        var package = FlipbookPackage.Open();
        var file = new FileInfo(Path.Combine(package.Folder, "transformer/model.onnx"));

        var transformer = package.Components.Single(one => one.Name == "transformer");

        Assert.Equal("fp16", transformer.Precision);
        Assert.InRange((double)transformer.WeightBytes / file.Length, 1.9, 2.0);
    }

    [Fact]
    public void Load_AttentionThatCannotFit_IsRefusedWithTheReason()
    {
        using var copy = Miniature.Copy("wan21-t2v");
        var path = Path.Combine(copy.Path, "transformer/config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(
            "\"num_attention_heads\": 1", "\"num_attention_heads\": 100000000",
            StringComparison.Ordinal));

        var fault = Assert.Throws<ModelException>(() =>
        {
            using var pipeline =
                VideoPipeline.Load(ModelPackage.Open(copy.Path), new OnnxOptions());
        });

        Assert.StartsWith(
            "tiny-wan21-t2v: attention that is not fused keeps every score, ",
            fault.Message,
            StringComparison.Ordinal);
        Assert.EndsWith(
            "; export the denoiser with Attention or MultiHeadAttention.",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_ClipWhoseAttentionCannotFit_IsRefusedBeforeItIsTried()
    {
        using var copy = Miniature.Copy("wan21-t2v");
        var manifest = Path.Combine(copy.Path, "manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest)
            .Replace("\"maxWidth\": 256", "\"maxWidth\": 8192", StringComparison.Ordinal)
            .Replace("\"maxHeight\": 256", "\"maxHeight\": 8192", StringComparison.Ordinal));
        using var pipeline = VideoPipeline.Load(ModelPackage.Open(copy.Path), new OnnxOptions());
        var request = Miniature.Clips("wan21-t2v")[0].Request with { Width = 8192, Height = 8192 };

        var fault = Assert.Throws<ArgumentException>(() =>
        {
            using var clip = pipeline.Generate(request, null, default);
        });

        Assert.StartsWith(
            "Width, Height, FrameCount: attention that is not fused",
            fault.Message,
            StringComparison.Ordinal);
    }
}
