using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Parts;

/// <summary>A VAE as a graph for the first latent frame and one for each next.</summary>
public sealed class VaeStreamTests
{
    private const string Name = "wan21-stream";
    private const string Config = "vae_decoder/config.json";

    [Fact]
    public void Generate_InSquaresToo_HasEveryFrame()
    {
        using var copy = Miniature.Copy(Name);
        var path = Path.Combine(copy.Path, Config);
        File.WriteAllText(path, File.ReadAllText(path).Replace(
            "\"z_dim\"", "\"tile_latent_size\": 4, \"z_dim\"", StringComparison.Ordinal));
        var request = Miniature.Clips(Name)[0].Request;

        var (whole, _) = Miniature.Generate(Miniature.Open(Name), request);
        var (found, _) = Miniature.Generate(ModelPackage.Open(copy.Path), request);

        Assert.Equal(whole.Length, found.Length);
        Assert.All(found, value => Assert.NotEqual(0, value));
        Assert.NotEqual(whole, found);
    }

    [Fact]
    public void MemoryFor_LongerClip_NeedsNoMoreToDecode()
    {
        var package = Miniature.Open(Name);

        Assert.Equal(
            package.MemoryFor(64, 64, 17).Decoder, package.MemoryFor(64, 64, 401).Decoder);
    }

    [Fact]
    public void Open_EncoderOfTwoGraphs_MakesClipsAnew()
    {
        using var copy = Miniature.Copy(Name);
        Directory.Delete(Path.Combine(copy.Path, "vae_encoder_first"), recursive: true);

        Assert.True(Miniature.Open(Name).Manifest.RemakesClips);
        Assert.False(ModelPackage.Open(copy.Path).Manifest.RemakesClips);
    }

    [Theory]
    [InlineData("vae_decoder")]
    [InlineData("vae_encoder")]
    public void Load_OneOfTwoGraphs_NamesTheOther(string component)
    {
        using var copy = Miniature.Copy(Name);
        Directory.Delete(Path.Combine(copy.Path, $"{component}_next"), recursive: true);

        Assert.EndsWith(
            $"lacks {component}_next/model.onnx.", Fault(copy), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_GraphThatIsGivenNothingOfTheLast_IsRefused()
    {
        using var copy = Miniature.Copy(Name);
        File.Copy(
            Path.Combine(copy.Path, "vae_decoder_first/model.onnx"),
            Path.Combine(copy.Path, "vae_decoder_next/model.onnx"),
            overwrite: true);

        Assert.Equal(
            "vae_decoder_next/model.onnx: expected past.0 and on and present.0 and on, as many as "
            + "vae_decoder_first/model.onnx has of present.0 and on, found 0 and 2 beside 2.",
            Fault(copy));
    }

    private static string Fault(TemporaryFolder copy) => Assert.Throws<ModelException>(() =>
    {
        using var pipeline = VideoPipeline.Load(ModelPackage.Open(copy.Path), new OnnxOptions());
    }).Message;
}
