using Microsoft.ML.OnnxRuntime.Tensors;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Onnx;

/// <summary>
/// What is done for tensors in a GPU's memory, with a CPU's as the stand-in; what CUDA itself does
/// is bench/gpu's to see.
/// </summary>
public sealed class DeviceMemoryTests : IDisposable
{
    private static readonly OnnxDevice StandIn =
        OnnxDevice.Open(new OnnxOptions(), isStandIn: true);

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. Miniature.Names];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Memory_OfACpu_IsTheProgramsOwn() =>
        Assert.Null(OnnxDevice.Open(new OnnxOptions()).Memory);

    [Fact]
    public void Copy_ThereAndBack_GivesTheSameValues()
    {
        using var here = OnnxTensor.Create(TensorElementType.Float, [3]);
        using var back = OnnxTensor.Create(TensorElementType.Float, [3]);
        using var there = StandIn.Memory!.Allocate(TensorElementType.Float, [3]);
        new float[] { 1, 2, 3 }.CopyTo(here.Values, 0);

        StandIn.Memory.Copy(here.Value, there);
        here.Values[0] = 9;
        StandIn.Memory.Copy(there, back.Value);

        Assert.Equal([1, 2, 3], back.Values);
    }

    [Fact]
    public void Run_TensorsApart_CopiesWhatChangesEveryRunAndConstantsOnce()
    {
        using var session = Load();
        using var binding = session.Bind();
        var ids = binding.Input("input_ids", isConstant: false, 2);
        var constant = binding.Input("timestep", isConstant: true, 2);
        var sums = binding.Output("out_sample", 2);
        (ids[0], ids[1], constant[0], constant[1]) = (3, 4, .5f, .25f);

        binding.Run(default);
        var first = sums.ToArray();
        (ids[0], constant[0]) = (5, 100);
        binding.Run(default);

        Assert.Equal([3.5f, 4.25f], first);
        Assert.Equal([5.5f, 4.25f], sums);
    }

    // A tensor of its own for each binding: two of one shape are alive at once where guidance
    // takes two calls.
    [Fact]
    public void Run_TwoBindingsInTurn_KeepTheirOwnConstants()
    {
        using var session = Load();
        using var one = session.Bind();
        using var two = session.Bind();
        var first = Filled(one, 1, 10);
        var second = Filled(two, 1, 20);

        one.Run(default);
        two.Run(default);
        one.Run(default);

        Assert.Equal([11, 11], first);
        Assert.Equal([21, 21], second);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Generate_TensorsApart_GivesTheSameClip(string name)
    {
        var (package, request) = (Miniature.Open(name), Miniature.Clips(name)[0].Request);

        var found = Miniature.Generate(package, request, StandIn);

        Assert.Equal(Miniature.Generate(package, request).Values, found.Values);
    }

    private static float[] Filled(OnnxBinding binding, float id, float constant)
    {
        binding.Input("input_ids", isConstant: false, 2).AsSpan().Fill(id);
        binding.Input("timestep", isConstant: true, 2).AsSpan().Fill(constant);
        return binding.Output("out_sample", 2);
    }

    private OnnxSession Load()
    {
        File.WriteAllBytes(
            Path.Combine(folder.Path, "tiny.onnx"),
            TinyGraph.Sum(
                ("out_sample", TinyGraph.Half, [2]),
                ("input_ids", TinyGraph.Int64, [2]),
                ("timestep", TinyGraph.Single, [2])));
        return OnnxSession.Load(StandIn, folder.Open(), new GraphSignature(
            "tiny.onnx",
            [
                new("input_ids", IsWhole: true, 2),
                new("timestep", IsWhole: false, 2),
            ],
            [new("out_sample", IsWhole: false, 2)]));
    }
}
