using System.Runtime.InteropServices;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Onnx.Graphs;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Onnx;

/// <summary>Half precision ends at 65,504; what passes it is computed again in single.</summary>
public sealed class WidenedGraphTests : IDisposable
{
    private const int Count = 1000;

    private readonly OnnxDevice device = OnnxDevice.Open(new OnnxOptions());

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>However a graph has its thousands: each multiplies what it is given.</summary>
    public static TheoryData<string> Storages => ["inside", "listed", "external", "constant"];

    [Theory]
    [MemberData(nameof(Storages))]
    public void Run_PastWhatHalfHolds_IsMadeAgainInSingle(string storage)
    {
        Write(Times(storage));
        using var session = Load();
        using var binding = session.Bind();
        var input = binding.Input("x", isConstant: false, Count);
        var output = binding.Output("y", Count);

        input.AsSpan().Fill(60);
        binding.Run(default);
        var held = (output[0], output[Count - 1]);
        Assert.Empty(device.Overflows);
        input.AsSpan().Fill(100);
        binding.Run(default);

        Assert.Equal((60_000, 60_000), held);
        Assert.All(output, value => Assert.Equal(100_000, value));
        Assert.Equal(
            ["tiny.onnx: such runs are made again in single precision"], device.Overflows);
    }

    [Fact]
    public void Run_OfABranch_IsMadeAgainInSingle()
    {
        var branch = OnnxFile.GraphAttribute("then_branch", OnnxFile.Graph(
            [OnnxFile.Node("Mul", "z", ["x", "w"])],
            [OnnxFile.HalfWeight("w", [1], [(Half)1000])],
            [],
            OnnxFile.Value("z", TinyGraph.Half, -1)));
        var other = OnnxFile.GraphAttribute("else_branch", OnnxFile.Graph(
            [OnnxFile.Node("Identity", "v", ["x"])],
            [],
            [],
            OnnxFile.Value("v", TinyGraph.Half, -1)));
        Write(OnnxFile.Model(
            [
                OnnxFile.Node("ReduceMax", "most", ["x"], OnnxFile.Attribute("keepdims", 0)),
                OnnxFile.Node("Cast", "is_any", ["most"], OnnxFile.Attribute("to", 9)),
                OnnxFile.Node("If", "y", ["is_any"], branch, other),
            ],
            [],
            [OnnxFile.Value("x", TinyGraph.Half, -1)],
            OnnxFile.Value("y", TinyGraph.Half, -1)));
        using var session = Load();

        Assert.Equal([100_000f, 250], RunOnce(session, [100, .25f]));
    }

    [Fact]
    public void Run_CastToHalfWithin_IsMadeAgainInSingle()
    {
        Write(OnnxFile.Model(
            [
                OnnxFile.Node("Cast", "h", ["x"], OnnxFile.Attribute("to", TinyGraph.Half)),
                OnnxFile.Node("Mul", "s", ["h", "w"]),
                OnnxFile.Node("Cast", "y", ["s"], OnnxFile.Attribute("to", TinyGraph.Single)),
            ],
            [OnnxFile.HalfWeight("w", [1], [(Half)1000])],
            [OnnxFile.Value("x", TinyGraph.Single, -1)],
            OnnxFile.Value("y", TinyGraph.Single, -1)));

        using var widened = WidenedGraph.Of(folder.Open(), "tiny.onnx")!;
        var copy = GraphFile.Read(PackageFolder.Open(widened.Folder), GraphCopy.Name);

        Assert.False(copy.ComputesInHalf);
        Assert.Equal(["fp32"], copy.Weights.Select(weight => weight.Type));
        using var session = Load();
        Assert.Equal([100_000f], RunOnce(session, [100]));
    }

    [Fact]
    public void Run_InputThatIsNoNumber_IsNotMadeAgain()
    {
        Write(Times("inside"));
        using var session = Load();
        var input = new float[Count];
        input[3] = float.NaN;

        var output = RunOnce(session, input);

        Assert.True(float.IsNaN(output[3]));
        Assert.Empty(device.Overflows);
    }

    [Fact]
    public void Of_WeightsThatAreCastAtOnce_IsNone()
    {
        Write(OnnxFile.Model(
            [
                OnnxFile.Node("Cast", "single", ["w"], OnnxFile.Attribute("to", TinyGraph.Single)),
                OnnxFile.Node("Mul", "y", ["x", "single"]),
            ],
            [OnnxFile.HalfWeight("w", [1], [(Half)1000])],
            [OnnxFile.Value("x", TinyGraph.Single, -1)],
            OnnxFile.Value("y", TinyGraph.Single, -1)));

        Assert.Null(WidenedGraph.Of(folder.Open(), "tiny.onnx"));
    }

    [Fact]
    public void Dispose_Copy_LeavesNothing()
    {
        Write(Times("external"));
        var widened = WidenedGraph.Of(folder.Open(), "tiny.onnx")!;
        var path = widened.Folder;
        Assert.NotEmpty(Directory.GetFiles(path));

        widened.Dispose();

        Assert.False(Directory.Exists(path));
    }

    private static float[] RunOnce(OnnxSession session, float[] values)
    {
        using var binding = session.Bind();
        var input = binding.Input("x", isConstant: false, values.Length);
        var output = binding.Output("y", values.Length);
        values.CopyTo(input, 0);
        binding.Run(default);
        return [.. output];
    }

    private OnnxSession Load() => OnnxSession.Load(
        device,
        folder.Open(),
        new("tiny.onnx", [new("x", IsWhole: false, -1)], [new("y", IsWhole: false, -1)]));

    private void Write(byte[] model) =>
        File.WriteAllBytes(Path.Combine(folder.Path, "tiny.onnx"), model);

    private byte[] Times(string storage)
    {
        var thousands = Enumerable.Repeat((Half)1000, Count).ToArray();
        File.WriteAllBytes(
            Path.Combine(folder.Path, "beside"), MemoryMarshal.AsBytes<Half>(thousands));
        var product = OnnxFile.Node("Mul", "y", ["x", "w"]);
        var constant = OnnxFile.Node(
            "Constant",
            "w",
            [],
            OnnxFile.ConstantAttribute("value", OnnxFile.HalfWeight("", [Count], thousands)));
        return OnnxFile.Model(
            storage == "constant" ? [constant, product] : [product],
            storage switch
            {
                "inside" => [OnnxFile.HalfWeight("w", [Count], thousands)],
                "listed" => [OnnxFile.ListedHalfWeight("w", [Count], thousands)],
                "external" => [OnnxFile.ExternalHalfWeight("w", [Count], "beside")],
                _ => [],
            },
            [OnnxFile.Value("x", TinyGraph.Half, -1)],
            OnnxFile.Value("y", TinyGraph.Half, -1));
    }
}
