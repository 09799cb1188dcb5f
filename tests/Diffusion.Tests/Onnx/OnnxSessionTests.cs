using RenderFarm.Diffusion.Onnx;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Onnx;

public sealed class OnnxSessionTests : IDisposable
{
    private static readonly OnnxDevice Device = OnnxDevice.Open(new OnnxOptions());

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(TinyGraph.Int32, TinyGraph.Half)]
    [InlineData(TinyGraph.Int64, TinyGraph.Single)]
    public void Run_GraphOfOtherTypes_CastsByItsMetadata(int wholeType, int realType)
    {
        Write(("out_sample", realType, [-1, 2]),
            ("input_ids", wholeType, [-1, 2]), ("timestep", realType, [-1, 2]));
        using var session = OnnxSession.Load(Device, folder.Open(), Signature());
        using var binding = session.Bind();
        var ids = binding.Input("input_ids", isConstant: false, 1, 2);
        var timesteps = binding.Input("timestep", isConstant: true, 1, 2);
        var sums = binding.Output("out_sample", 1, 2);
        (ids[0], ids[1]) = (3, 1000);
        (timesteps[0], timesteps[1]) = (.5f, -.25f);

        binding.Run(default);
        var first = sums.ToArray();
        ids[0] = 4;
        binding.Run(default);

        Assert.Equal([3.5f, realType == TinyGraph.Half ? 1000 : 999.75f], first);
        Assert.Equal(4.5f, sums[0]);
    }

    [Fact]
    public void Load_OnlyOutputUnderAnotherName_IsFound()
    {
        Write(("mystery", TinyGraph.Single, [-1, 2]),
            ("input_ids", TinyGraph.Int64, [-1, 2]), ("timestep", TinyGraph.Single, [-1, 2]));

        using var session = OnnxSession.Load(Device, folder.Open(), Signature());

        Assert.Equal("mystery", session.NameOf("out_sample"));
    }

    [Fact]
    public void Load_InputUnderASynonym_IsFound()
    {
        Write(("out_sample", TinyGraph.Single, [-1, 2]),
            ("input_ids", TinyGraph.Int64, [-1, 2]), ("t", TinyGraph.Single, [-1, 2]));

        using var session = OnnxSession.Load(Device, folder.Open(), Signature());

        Assert.Equal("t", session.NameOf("timestep"));
    }

    [Fact]
    public void Load_AnotherSignature_PrintsTheWholeDifference()
    {
        Write(("out_sample", TinyGraph.Single, [-1, 3]),
            ("input_ids", TinyGraph.Single, [-1, 3]), ("extra", TinyGraph.Int64, [1]));

        var fault = Assert.Throws<ModelException>(
            () => OnnxSession.Load(Device, folder.Open(), Signature()));

        Assert.Equal(
            """
            tiny.onnx has another signature than this pipeline needs:
              input input_ids: expected whole [?, 2], found Float [?, 3]
              input timestep: expected real [?, 2], found none
              input extra: expected none, found Int64 [1]
              output out_sample: expected real [?, 2], found Float [?, 3]
            """,
            fault.Message);
    }

    [Fact]
    public void Bind_GraphFixedToAnotherShape_SaysBothShapes()
    {
        Write(("out_sample", TinyGraph.Single, [1, 2]),
            ("input_ids", TinyGraph.Int64, [1, 2]), ("timestep", TinyGraph.Single, [1, 2]));
        using var session = OnnxSession.Load(Device, folder.Open(), Signature());
        using var binding = session.Bind();

        var fault = Assert.Throws<ModelException>(
            () => binding.Input("timestep", isConstant: false, 2, 2));

        Assert.Equal(
            "tiny.onnx: timestep: this request needs [2, 2], the graph has Float [1, 2].",
            fault.Message);
    }

    [Fact]
    public void Load_BrokenFile_IsAModelFault()
    {
        folder.Write("tiny.onnx", "not a graph");

        var fault = Assert.Throws<ModelException>(
            () => OnnxSession.Load(Device, folder.Open(), Signature()));

        Assert.StartsWith("tiny.onnx: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_CancelledToken_DoesNotStart()
    {
        Write(("out_sample", TinyGraph.Single, [-1, 2]),
            ("input_ids", TinyGraph.Int64, [-1, 2]), ("timestep", TinyGraph.Single, [-1, 2]));
        using var session = OnnxSession.Load(Device, folder.Open(), Signature());
        using var binding = session.Bind();
        binding.Input("input_ids", isConstant: true, 1, 2);
        binding.Input("timestep", isConstant: true, 1, 2);
        binding.Output("out_sample", 1, 2);

        Assert.Throws<OperationCanceledException>(
            () => binding.Run(new CancellationToken(canceled: true)));
        Assert.Equal(TimeSpan.Zero, session.Elapsed);
    }

    private static GraphSignature Signature() => new(
        "tiny.onnx",
        [
            new("input_ids", IsWhole: true, -1, 2),
            new("timestep", IsWhole: false, -1, 2) { Synonyms = ["t"] },
        ],
        [new("out_sample", IsWhole: false, -1, 2)]);

    private void Write(
        (string Name, int Type, int[] Sizes) output,
        params (string Name, int Type, int[] Sizes)[] inputs) =>
        File.WriteAllBytes(
            Path.Combine(folder.Path, "tiny.onnx"), TinyGraph.Sum(output, inputs));
}
