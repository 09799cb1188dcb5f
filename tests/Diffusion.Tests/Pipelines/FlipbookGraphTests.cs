using System.Runtime.InteropServices;
using System.Text.Json;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Flipbook;
using RenderFarm.Diffusion.Text;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines;

/// <summary>Each of the model's graphs against the values that PyTorch gave.</summary>
public sealed class FlipbookGraphTests
{
    private static readonly PackageFolder Folder = PackageFolder.Open(FlipbookPackage.Folder);
    private static readonly OnnxDevice Device = OnnxDevice.Open(new OnnxOptions());

    public static TheoryData<string> Graphs =>
        ["text_encoder", "transformer", "vae_decoder", "vae_encoder"];

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Run_GoldenInput_GivesGoldenOutput(string name)
    {
        using var golden = Folder.ReadJson("golden/golden.json");
        var graph = golden.RootElement.GetProperty("graphs").EnumerateArray()
            .Single(graph => graph.GetProperty("graph").GetString() == $"{name}/model.onnx");
        using var session = OnnxSession.Load(Device, Folder, Signature(name));
        using var binding = session.Bind();
        foreach (var input in graph.GetProperty("inputs").EnumerateArray())
        {
            var values = binding.Input(Name(input), isConstant: true, Shape(input));
            Read(input).CopyTo(values, 0);
        }

        var output = graph.GetProperty("outputs")[0];
        var found = binding.Output(Name(output), Shape(output));
        binding.Run(default);

        var tolerance = graph.GetProperty("tolerance").GetSingle();
        var expected = Read(output);
        Assert.Equal(expected.Length, found.Length);
        Assert.All(
            expected.Zip(found),
            pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private static GraphSignature Signature(string name)
    {
        var geometry = LatentGeometry.Read(Folder);
        var tokenCount = TokenizerFile.Read(Folder).Length;
        return name switch
        {
            "text_encoder" => TextEncoder.Signature(tokenCount),
            "transformer" => Denoiser.Signature(geometry, tokenCount, textWidth: -1),
            "vae_decoder" => VaeDecoder.Signature(geometry),
            _ => VaeEncoder.Signature(geometry),
        };
    }

    private static string Name(JsonElement tensor) => tensor.GetProperty("name").GetString()!;

    private static long[] Shape(JsonElement tensor) =>
        [.. tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];

    private static float[] Read(JsonElement tensor)
    {
        var bytes = File.ReadAllBytes(
            Folder.Find($"golden/{tensor.GetProperty("file").GetString()}"));
        return tensor.GetProperty("type").GetString() == "int64"
            ? [.. MemoryMarshal.Cast<byte, long>(bytes).ToArray().Select(id => (float)id)]
            : MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }
}
