using RenderFarm.Diffusion.Checkpoints;
using RenderFarm.Diffusion.Tests.Checkpoints;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Miniatures;

/// <summary>Clips that are left between two calls of the denoiser, and taken up again.</summary>
public sealed class MiniatureResumeTests
{
    public static TheoryData<string> Names => [.. Miniature.Names];

    public static TheoryData<string, int> Clips =>
        [.. Miniature.Names.SelectMany(name => Enumerable.Range(0, Miniature.Clips(name).Count)
            .Select(index => new TheoryDataRow<string, int>(name, index)))];

    [Theory]
    [MemberData(nameof(Clips))]
    public void Generate_FromEveryCheckpoint_GivesTheSameFrames(string name, int index) =>
        AssertEveryCheckpoint(name, Miniature.Clips(name)[index].Request);

    [Theory]
    [MemberData(nameof(Names))]
    public void Generate_FromEveryCheckpointAmongReusedSteps_GivesTheSameFrames(string name)
    {
        var request = Miniature.Clips(name)[0].Request with { StepCount = 9, ReuseThreshold = 1 };

        Assert.True(AssertEveryCheckpoint(name, request) > 0);
    }

    // Heun's rule calls twice a step; the ancestral one draws noise at every step.
    [Theory]
    [InlineData("HeunDiscreteScheduler", "heun")]
    [InlineData("PNDMScheduler", "euler-ancestral")]
    [InlineData("PNDMScheduler", "ddim")]
    [InlineData("PNDMScheduler", "dpm++")]
    [InlineData("PNDMScheduler", "unipc")]
    public void Generate_WithAnySamplerFromEveryCheckpointAmongReusedSteps_GivesTheSameFrames(
        string className, string sampler)
    {
        using var copy = Miniature.Copy("sd15");
        var config = Path.Combine(copy.Path, "scheduler", "scheduler_config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace(
            "PNDMScheduler", className, StringComparison.Ordinal));
        using var pipeline = VideoPipeline.Load(ModelPackage.Open(copy.Path), new OnnxOptions());
        var request = Miniature.Clips("sd15")[0].Request with
        {
            StepCount = 9, ReuseThreshold = 1, Sampler = sampler,
        };

        Assert.True(AssertEveryCheckpoint(pipeline, request) > 0);
    }

    private static int AssertEveryCheckpoint(string name, VideoRequest request)
    {
        using var pipeline = VideoPipeline.Load(Miniature.Open(name), new OnnxOptions());
        return AssertEveryCheckpoint(pipeline, request);
    }

    private static int AssertEveryCheckpoint(VideoPipeline pipeline, VideoRequest request)
    {
        var list = new CheckpointList();
        var expected = Frames(pipeline, request, null, list);

        Assert.Equal(list.All[^1].StepNumber, list.All.Count);
        Assert.All(list.All, checkpoint =>
        {
            Assert.InRange(checkpoint.Bytes.Length, 1, pipeline.MostCheckpointBytes(request));
            var read = pipeline.ReadCheckpoint(checkpoint.Bytes, request);
            Assert.Equal(expected, Frames(pipeline, request, read, sink: null));
        });
        return CheckpointFile.Read(list.All[^1].Bytes).Point.ReusedStepCount;
    }

    [Fact]
    public void Generate_CancelledAtAStep_EndsThere()
    {
        using var pipeline = VideoPipeline.Load(Miniature.Open("wan22-t2v"), new OnnxOptions());
        using var stop = new CancellationTokenSource();
        var steps = new List<int>();
        var progress = new DirectProgress(step =>
        {
            steps.Add(step.StepNumber);
            if (step.StepNumber == 3)
            {
                stop.Cancel();
            }
        });

        Assert.Throws<OperationCanceledException>(() =>
        {
            using var clip = pipeline.Generate(
                Miniature.Clips("wan22-t2v")[0].Request, progress, stop.Token);
        });

        Assert.Equal([1, 2, 3], steps);
    }

    private static byte[] Frames(
        VideoPipeline pipeline, VideoRequest request, Checkpoint? from, ICheckpointSink? sink)
    {
        using var clip = pipeline.Generate(request, null, from, sink, default);
        return [.. clip.Frames(default).SelectMany(frame => frame.ToArray())];
    }
}
