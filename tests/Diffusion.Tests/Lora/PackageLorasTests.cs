using System.Buffers.Binary;
using System.Text;
using RenderFarm.Diffusion.Lora;
using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Lora;

/// <summary>
/// Packages whose LoRA files do not fit. That those which fit are folded as PyTorch folds them is
/// what the miniature's clips and golden values say.
/// </summary>
public sealed class PackageLorasTests
{
    [Fact]
    public void Open_LayersThatNoGraphHas_AreAllNamed()
    {
        var fault = FaultOf(
            ("lora_unet_down_blocks_0_to_q.lora_down.weight", [2, 8]),
            ("lora_unet_down_blocks_0_to_q.lora_up.weight", [8, 2]),
            ("unet.query.hada_w1_a", [8, 2]),
            ("text_encoder_2.layers.0.lora_A.weight", [2, 8]),
            ("text_encoder_2.layers.0.lora_B.weight", [24, 2]),
            ("unet.query.lora_A.weight", [2, 8]),
            ("unet.value.lora_A.weight", [2, 8]),
            ("unet.value.lora_B.weight", [7, 2]));

        Assert.Equal(
            [
                "lora/ink.safetensors: unet.query.hada_w1_a: expected a LoRA's factor or alpha",
                "lora/ink.safetensors: down_blocks_0_to_q: "
                    + "expected a layer of unet/model.onnx, found none of this name",
                "lora/ink.safetensors: layers_0: "
                    + "expected a layer of text_encoder_2/model.onnx, found none of this name",
                "lora/ink.safetensors: query: expected two factors, found one",
                "lora/ink.safetensors: value: unet.value.lora_A.weight: "
                    + "expected factors of 8 from 8 values, found [7, 2] and [2, 8]",
            ],
            fault.Split("\n  ")[1..]);
    }

    [Fact]
    public void Open_FileThatIsNoSafetensors_IsRefused()
    {
        using var copy = Miniature.Copy("sd15-lora");
        File.WriteAllText(InkOf(copy), "none of it");

        Assert.StartsWith(
            "lora/ink.safetensors: expected a safetensors file, found a header of ",
            Fault(copy),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TensorBeyondTheEnd_IsRefused()
    {
        using var copy = Miniature.Copy("sd15-lora");
        var bytes = Safetensors(("unet.query.lora_A.weight", [2, 8]));
        File.WriteAllBytes(InkOf(copy), bytes[..^1]);

        Assert.Equal(
            "lora/ink.safetensors: expected a safetensors file, "
            + "found unet.query.lora_A.weight at 0 to 64.",
            Fault(copy));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[{}]")]
    [InlineData("""[{"file": null}]""")]
    [InlineData("""[{"file": "lora/ink.safetensors", "strength": "much"}]""")]
    [InlineData("""[{"file": "lora/ink.safetensors", "strength": 1e999}]""")]
    public void Open_MalformedIndex_IsRefused(string index)
    {
        using var copy = Miniature.Copy("sd15-lora");
        File.WriteAllText(Path.Combine(copy.Path, "lora.json"), index);

        Assert.StartsWith(
            "lora.json: expected a list of { file, strength, component }",
            Fault(copy),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_IndexThatLeavesThePackage_IsRefused()
    {
        using var copy = Miniature.Copy("sd15-lora");
        File.WriteAllText(
            Path.Combine(copy.Path, "lora.json"), """[{"file": "../ink.safetensors"}]""");

        Assert.StartsWith(
            "Expected a path inside the package", Fault(copy), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherStrength_IsAnotherModel()
    {
        using var copy = Miniature.Copy("sd15-lora");
        var index = Path.Combine(copy.Path, "lora.json");
        var text = File.ReadAllText(index);
        Assert.Contains("0.8", text, StringComparison.Ordinal);
        File.WriteAllText(index, text.Replace("0.8", "0.7", StringComparison.Ordinal));

        Assert.NotEqual(
            Miniature.Open("sd15-lora").Digest, ModelPackage.Open(copy.Path).Digest);
    }

    [Fact]
    public void Generate_WithoutTheLoras_GivesOtherFrames()
    {
        var request = Miniature.Clips("sd15-lora")[0].Request;

        Assert.NotEqual(Frame("sd15", request), Frame("sd15-lora", request));
    }

    [Theory]
    [InlineData("unet/model.onnx", "unet/model.onnx_data")]
    [InlineData("text_encoder/model.onnx", "text_encoder/model.onnx")]
    public void Of_GraphThatIsChanged_IsACopyOfTheSameLengthUntilItIsDisposed(
        string graph, string weights)
    {
        var files = Miniature.Open("sd15-lora").Files;

        using var folded = FoldedGraph.Of(files, graph);

        Assert.NotNull(folded);
        var folder = Path.GetDirectoryName(folded.Path)!;
        var found = File.ReadAllBytes(Path.Combine(folder, Path.GetFileName(weights)));
        var before = File.ReadAllBytes(files.Find(weights));
        Assert.Equal(before.Length, found.Length);
        Assert.NotEqual(before, found);
        folded.Dispose();
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("sd15-lora", "vae_decoder/model.onnx")]
    [InlineData("sd15", "unet/model.onnx")]
    public void Of_GraphThatIsNotChanged_IsNone(string name, string graph)
    {
        using var folded = FoldedGraph.Of(Miniature.Open(name).Files, graph);

        Assert.Null(folded);
    }

    private static byte[] Frame(string name, VideoRequest request)
    {
        using var pipeline = VideoPipeline.Load(Miniature.Open(name), new OnnxOptions());
        using var clip = pipeline.Generate(request, null, default);
        return clip.Frames(default).First().ToArray();
    }

    private static string FaultOf(params (string Name, int[] Sizes)[] tensors)
    {
        using var copy = Miniature.Copy("sd15-lora");
        File.WriteAllBytes(InkOf(copy), Safetensors(tensors));
        return Fault(copy);
    }

    private static string InkOf(TemporaryFolder copy) =>
        Path.Combine(copy.Path, "lora", "ink.safetensors");

    private static string Fault(TemporaryFolder copy) =>
        Assert.Throws<ModelException>(() => ModelPackage.Open(copy.Path)).Message;

    private static byte[] Safetensors(params (string Name, int[] Sizes)[] tensors)
    {
        var (header, end) = (new StringBuilder(), 0);
        foreach (var (name, sizes) in tensors)
        {
            var start = end;
            end += sizes.Aggregate(sizeof(float), (product, size) => product * size);
            header.Append(header.Length == 0 ? "{" : ",").Append(
                null,
                $$"""
                "{{name}}": {"dtype": "F32", "shape": [{{string.Join(',', sizes)}}],
                "data_offsets": [{{start}}, {{end}}]}
                """);
        }

        var text = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        var bytes = new byte[sizeof(long) + text.Length + end];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, sizeof(long));
        return bytes;
    }
}
