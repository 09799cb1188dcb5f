using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Flipbook;
using RenderFarm.Diffusion.Pipelines.Parts;
using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Parts;

/// <summary>That text encoders do not run for words which they have read.</summary>
public sealed class TextEncodingTests
{
    private static readonly OnnxDevice Device = OnnxDevice.Open(new OnnxOptions());

    [Fact]
    public void Encode_WordsOfBefore_RunsNoNetwork()
    {
        var files = Miniature.Open("sd15").Files;
        using var session = OnnxSession.Load(
            Device, files, TextNetwork.Signature("text_encoder", TextNetwork.LastHidden));
        var words = new TextNetwork(
            PromptTokenizer.Open(files, "tokenizer", 77), session, TextNetwork.LastHidden.Name);
        var first = words.Encode("a ball", default);
        var other = words.Encode("a hill", default);
        var before = session.Elapsed;

        var again = words.Encode("a ball", default);

        Assert.Equal(before, session.Elapsed);
        Assert.NotEqual(TimeSpan.Zero, before);
        Assert.Equal(first.Hidden, again.Hidden);
        Assert.Equal(first.Mask, again.Mask);
        Assert.NotEqual(other.Hidden, again.Hidden);
    }

    [Fact]
    public void Encode_FlipbooksPromptsOfBefore_RunsNoNetwork()
    {
        var files = FlipbookPackage.Open().Files;
        var tokenizer = PromptTokenizer.OpenPlain(files, "tokenizer");
        using var session = OnnxSession.Load(
            Device, files, TextEncoder.Signature(tokenizer.Length));
        var encoder = new TextEncoder(tokenizer, session);
        var first = encoder.Encode(["rain", "a ball"], default);
        var turned = encoder.Encode(["a ball", "rain"], default);
        var before = session.Elapsed;

        var again = encoder.Encode(["rain", "a ball"], default);

        Assert.Equal(before, session.Elapsed);
        Assert.NotEqual(TimeSpan.Zero, before);
        Assert.Equal(first.Values, again.Values);
        Assert.Equal(first.Mask, again.Mask);
        Assert.NotEqual(turned.Values, again.Values);
    }

    // Everything that the first clip leaves behind meets the last one.
    [Theory]
    [InlineData("sdxl")]
    [InlineData("wan21-t2v")]
    public void Generate_AfterOtherWords_GivesTheFirstClipBitByBit(string name)
    {
        var request = Miniature.Clips(name)[0].Request;
        using var pipeline = VideoPipeline.Load(Miniature.Open(name), new OnnxOptions());
        var first = Frames(pipeline, request);

        var other = Frames(pipeline, request with { Prompt = "something else" });
        var again = Frames(pipeline, request);

        Assert.NotEqual(first, other);
        Assert.Equal(first, again);
    }

    private static List<byte[]> Frames(VideoPipeline pipeline, VideoRequest request)
    {
        using var clip = pipeline.Generate(request, null, default);
        return [.. clip.Frames(default).Select(frame => frame.ToArray())];
    }
}
