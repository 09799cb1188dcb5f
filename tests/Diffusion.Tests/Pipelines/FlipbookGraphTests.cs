using System.Runtime.InteropServices;
using System.Text.Json;
using RenderFarm.Diffusion.Companions;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Flipbook;
using RenderFarm.Diffusion.Pipelines.Parts;
using Xunit;
using VaeDecoder = RenderFarm.Diffusion.Pipelines.Flipbook.VaeDecoder;
using VaeEncoder = RenderFarm.Diffusion.Pipelines.Flipbook.VaeEncoder;

namespace RenderFarm.Diffusion.Tests.Pipelines;

/// <summary>Each of the model's graphs against the values that PyTorch gave.</summary>
public sealed class FlipbookGraphTests
{
    private static readonly PackageFolder Folder = PackageFolder.Open(FlipbookPackage.Folder);
    private static readonly OnnxDevice Device = OnnxDevice.Open(new OnnxOptions());

    /// <summary>Every graph that has golden values, the companions' with the others.</summary>
    public static TheoryData<string> Graphs
    {
        get
        {
            using var golden = Folder.ReadJson("golden/golden.json");
            return
            [
                .. golden.RootElement.GetProperty("graphs").EnumerateArray()
                    .Select(graph => graph.GetProperty("graph").GetString()!.Split('/')[0]),
            ];
        }
    }

    [Fact]
    public void Golden_EveryGraphOfThePackage_HasValues() => Assert.Equal(
        Folder.Files.Where(file => file.EndsWith("/model.onnx", StringComparison.Ordinal))
            .Select(file => file.Split('/')[0]).Order(StringComparer.Ordinal),
        Graphs.Select(row => row.Data).Order(StringComparer.Ordinal));

    // They are of other sizes, and of another batch size, than the graphs were traced with.
    [Theory]
    [MemberData(nameof(Graphs))]
    public void Run_GoldenInput_GivesGoldenOutput(string name) => Check(name, batchCount: 1);

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Run_GoldenInputThreeTimes_GivesGoldenOutputThreeTimes(string name) =>
        Check(name, batchCount: 3);

    private static void Check(string name, int batchCount)
    {
        using var golden = Folder.ReadJson("golden/golden.json");
        var graph = golden.RootElement.GetProperty("graphs").EnumerateArray()
            .Single(graph => graph.GetProperty("graph").GetString() == $"{name}/model.onnx");
        using var session = OnnxSession.Load(Device, Folder, Signature(name));
        using var binding = session.Bind();
        foreach (var input in graph.GetProperty("inputs").EnumerateArray())
        {
            var values = binding.Input(
                Name(input), isConstant: true, Shape(input, batchCount));
            Repeat(Read(input), batchCount).CopyTo(values, 0);
        }

        var output = graph.GetProperty("outputs")[0];
        var found = binding.Output(Name(output), Shape(output, batchCount));
        binding.Run(default);

        var tolerance = graph.GetProperty("tolerance").GetSingle();
        var expected = Repeat(Read(output), batchCount);
        Assert.Equal(expected.Length, found.Length);
        Assert.All(
            expected.Zip(found),
            pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private static GraphSignature Signature(string name)
    {
        var geometry = LatentGeometry.Read(Folder);
        var tokenCount = PromptTokenizer.OpenPlain(Folder, "tokenizer").Length;
        return name switch
        {
            "text_encoder" => TextEncoder.Signature(tokenCount),
            "transformer" => Denoiser.Signature(geometry, tokenCount, textWidth: -1),
            "vae_decoder" => VaeDecoder.Signature(geometry),
            "vae_encoder" => VaeEncoder.Signature(geometry),
            "scorer" => Scorer.Signature(tokenCount, textWidth: -1),
            "interpolator" => Interpolator.Signature,
            "upscaler" => Upscaler.Signature,
            "noise_carrier" => NoiseCarrier.Signature(geometry, tokenCount, textWidth: -1),
            _ => throw new ArgumentException($"The pipeline has no graph '{name}'."),
        };
    }

    private static string Name(JsonElement tensor) => tensor.GetProperty("name").GetString()!;

    private static long[] Shape(JsonElement tensor, int batchCount) =>
    [
        batchCount,
        .. tensor.GetProperty("shape").EnumerateArray().Skip(1).Select(size => size.GetInt64()),
    ];

    private static float[] Repeat(float[] values, int count) =>
        [.. Enumerable.Repeat(values, count).SelectMany(one => one)];

    private static float[] Read(JsonElement tensor)
    {
        var bytes = File.ReadAllBytes(
            Folder.Find($"golden/{tensor.GetProperty("file").GetString()}"));
        return tensor.GetProperty("type").GetString() == "int64"
            ? [.. MemoryMarshal.Cast<byte, long>(bytes).ToArray().Select(id => (float)id)]
            : MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }
}
