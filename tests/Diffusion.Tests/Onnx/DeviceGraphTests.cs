using RenderFarm.Diffusion.Checkpoints;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines;
using RenderFarm.Diffusion.Pipelines.Takes;
using RenderFarm.Diffusion.Tests.Miniatures;
using RenderFarm.Diffusion.Tests.Pipelines;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Onnx;

/// <summary>
/// What the farm does so that a GPU can record runs, with a CPU as the stand-in: addresses, numbers
/// and threads. The recording itself is bench/gpu's to see.
/// </summary>
public sealed class DeviceGraphTests : IDisposable
{
    private static readonly OnnxOptions Options = new() { UsesDeviceGraphs = true };

    private readonly TemporaryFolder folder = new();
    private readonly OnnxDevice device = OnnxDevice.Open(Options, isStandIn: true);

    public static TheoryData<string> Names => [.. Miniature.Names];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Open_Cpu_SaysThatItHasNone()
    {
        var cpu = OnnxDevice.Open(Options);

        Assert.False(cpu.RecordsGraphs);
        Assert.Equal(["a CPU has none"], cpu.GraphFaults);
        Assert.Empty(OnnxDevice.Open(new OnnxOptions()).GraphFaults);
    }

    [Fact]
    public void Settings_OfCuda_AskForGraphsOnlyWhereRunsAreRecorded()
    {
        Assert.Equal(
            "1", CudaProvider.Settings(Options, recordsGraphs: true)["enable_cuda_graph"]);
        Assert.DoesNotContain(
            "enable_cuda_graph", CudaProvider.Settings(Options, recordsGraphs: false).Keys);
    }

    [Fact]
    public void Load_NoDenoiser_RecordsNothing()
    {
        using var session = Load(isDenoiser: false);

        Assert.Null(session.Graphs);
    }

    [Fact]
    public void Take_ShapesOfAGraphThatIsFree_IsThatGraph()
    {
        using var graphs = new DeviceGraphs();
        var first = graphs.Take("a[1]");
        graphs.Return(first! with { Places = [] });

        var other = graphs.Take("a[2]");
        var again = graphs.Take("a[1]");
        var second = graphs.Take("a[1]");

        Assert.Equal([2, 3, 2, 4], new[] { first!.Id, other!.Id, again!.Id, second!.Id });
    }

    [Fact]
    public void Take_MoreThanTheMost_IsNone()
    {
        using var graphs = new DeviceGraphs();

        var taken = Enumerable.Range(0, DeviceGraphs.MostCount + 1)
            .Select(i => graphs.Take($"a[{i}]")).ToList();

        Assert.All(taken[..^1], Assert.NotNull);
        Assert.Null(taken[^1]);
    }

    [Fact]
    public void Run_ClipAfterClip_TakesOneGraphForEachShapeAndItsOwnValues()
    {
        using var session = Load(isDenoiser: true);
        List<float[]> found = [];
        foreach (var (count, constant) in new[] { (2, 10f), (3, 20f), (2, 30f), (3, 40f) })
        {
            using var binding = session.Bind();
            var sums = Filled(binding, count, 1, constant);
            binding.Run(default);
            found.Add([.. sums]);
        }

        Assert.Equal([[11, 11], [21, 21, 21], [31, 31], [41, 41, 41]], found);
        Assert.Equal(2, session.Graphs!.Count);
    }

    [Fact]
    public void Run_TwoBindingsOfAShapeAtOnce_HaveAGraphEach()
    {
        using var session = Load(isDenoiser: true);
        using var one = session.Bind();
        using var two = session.Bind();
        var (first, second) = (Filled(one, 2, 1, 10), Filled(two, 2, 1, 20));

        one.Run(default);
        two.Run(default);
        one.Run(default);

        Assert.Equal([11, 11], first);
        Assert.Equal([21, 21], second);
        Assert.Equal(2, session.Graphs!.Count);
    }

    [Fact]
    public void Run_MoreShapesThanGraphs_RunsAllTheSame()
    {
        using var session = Load(isDenoiser: true);
        for (var count = 1; count <= DeviceGraphs.MostCount + 2; count++)
        {
            using var binding = session.Bind();
            var sums = Filled(binding, count, 1, count);

            binding.Run(default);

            Assert.All(sums, sum => Assert.Equal(1 + count, sum));
        }

        Assert.Equal(DeviceGraphs.MostCount, session.Graphs!.Count);
    }

    [Fact]
    public void Run_Cancelled_KeepsTheGraphForTheNext()
    {
        using var session = Load(isDenoiser: true);
        using (var binding = session.Bind())
        {
            Filled(binding, 2, 1, 10);
            Assert.Throws<OperationCanceledException>(
                () => binding.Run(new CancellationToken(canceled: true)));
        }

        using var next = session.Bind();
        var sums = Filled(next, 2, 1, 20);
        next.Run(default);

        Assert.Equal([21, 21], sums);
        Assert.Equal(1, session.Graphs!.Count);
    }

    // Two values and three have no sum.
    [Fact]
    public void Run_ThatFails_LeavesItsGraphToNobody()
    {
        using var session = Load(isDenoiser: true);
        using (var binding = session.Bind())
        {
            Filled(binding, 2, 1, 10, constantCount: 3);
            Assert.ThrowsAny<Exception>(() => binding.Run(default));
        }

        using (var binding = session.Bind())
        {
            Filled(binding, 2, 1, 10, constantCount: 3);
            Assert.ThrowsAny<Exception>(() => binding.Run(default));
        }

        Assert.Equal(2, session.Graphs!.Count);
    }

    // The text that the library refuses graphs with comes of a graph that cannot be loaded at all.
    [Fact]
    public void Load_GraphsRefused_LoadsAgainWithoutThem()
    {
        const string refusal = "This session cannot use the graph capture feature";
        File.WriteAllBytes(Path.Combine(folder.Path, "tiny.onnx"), OnnxFile.Model(
            [OnnxFile.Node("NoSuchOperator", "out_sample", ["timestep"], OnnxFile.Name(refusal))],
            [],
            [OnnxFile.Value("timestep", OnnxFile.Single, 1)],
            OnnxFile.Value("out_sample", OnnxFile.Single, 1)));

        var fault = Assert.ThrowsAny<Exception>(() => OnnxSession.Load(
            device,
            folder.Open(),
            new GraphSignature("tiny.onnx", [], []),
            isDenoiser: true));

        Assert.Contains(refusal, fault.Message, StringComparison.Ordinal);
        Assert.Contains(refusal, Assert.Single(device.GraphFaults), StringComparison.Ordinal);
    }

    // The second clip has the addresses of the first, and none of its words.
    [Theory]
    [MemberData(nameof(Names))]
    public void Generate_ClipsInTurn_GivesTheClipsOfAnyOtherDevice(string name)
    {
        var (package, request) = (Miniature.Open(name), Miniature.Clips(name)[0].Request);
        var other = request with { Prompt = "something else", Seed = 5 };
        using var pipeline = package.Family.Load(package, device);

        var first = Values(package, pipeline, request);
        var second = Values(package, pipeline, other);

        Assert.Empty(device.GraphFaults);
        Assert.Equal(Miniature.Generate(package, request).Values, first);
        Assert.Equal(Miniature.Generate(package, other).Values, second);
    }

    [Fact]
    public void Generate_FlipbooksClip_IsThatOfAnyOtherDevice()
    {
        var package = FlipbookPackage.Open();
        using var pipeline = package.Family.Load(package, device);
        using var plain = package.Family.Load(package, OnnxDevice.Open(new OnnxOptions()));

        var found = Values(package, pipeline, VideoRequests.Small);

        Assert.Equal(Values(package, plain, VideoRequests.Small), found);
    }

    private static float[] Values(
        ModelPackage package, IClipPipeline pipeline, VideoRequest request)
    {
        var track = new ClipTrack(
            request,
            pipeline.CallCountOf(request),
            CheckpointOrigin.Of(package.Digest, "cpu-fp32", request),
            new ClipPoint(),
            progress: null,
            sink: null);
        return pipeline.Generate(request, track, default).Clip.Values;
    }

    private static float[] Filled(
        OnnxBinding binding, int count, float id, float constant, int? constantCount = null)
    {
        binding.Input("input_ids", isConstant: false, count).AsSpan().Fill(id);
        binding.Input("timestep", isConstant: true, constantCount ?? count)
            .AsSpan().Fill(constant);
        return binding.Output("out_sample", count);
    }

    private OnnxSession Load(bool isDenoiser)
    {
        File.WriteAllBytes(
            Path.Combine(folder.Path, "tiny.onnx"),
            TinyGraph.Sum(
                ("out_sample", TinyGraph.Single, [-1]),
                ("input_ids", TinyGraph.Int64, [-1]),
                ("timestep", TinyGraph.Single, [-1])));
        return OnnxSession.Load(
            device,
            folder.Open(),
            new GraphSignature(
                "tiny.onnx",
                [new("input_ids", IsWhole: true, -1), new("timestep", IsWhole: false, -1)],
                [new("out_sample", IsWhole: false, -1)]),
            isDenoiser);
    }
}
