using RenderFarm.Diffusion.Tests.Companions;
using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines;

/// <summary>Whole clips some of whose steps are made of earlier ones' predictions.</summary>
public sealed class ReusedStepTests(CompanionPipeline model) : IClassFixture<CompanionPipeline>
{
    private const int StepCount = 10;

    private static readonly VideoRequest Plain = VideoRequests.Small with { StepCount = StepCount };

    public static TheoryData<string> Names => [.. Miniature.Names];

    [Fact]
    public void Generate_WithAThresholdThatNoStepIsBelow_GivesTheSameFrames()
    {
        var (expected, _) = Render(Plain);

        var (found, steps) = Render(Plain with { ReuseThreshold = 1e-9 });

        Assert.DoesNotContain('.', steps);
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Generate_WithTheGreatestThreshold_ComputesTheFirstStepsAndTheLast()
    {
        var (plain, _) = Render(Plain);

        var (found, steps) = Render(Plain with { ReuseThreshold = 1 });

        Assert.Matches("^##[.#]*[.][.#]*#$", steps);
        Assert.NotEqual(plain, found);
    }

    [Fact]
    public void Generate_WithAHigherThreshold_ReusesMoreSteps()
    {
        int[] counts =
        [
            .. new[] { 0.02, 0.2, 1 }.Select(
                threshold => Count(Render(Plain with { ReuseThreshold = threshold }).Steps)),
        ];

        Assert.Equal(counts.Order(), counts);
        Assert.True(counts[0] < counts[2]);
    }

    [Fact]
    public void Generate_Twice_ReusesTheSameSteps()
    {
        var request = Plain with { ReuseThreshold = 0.1 };

        Assert.Equal(Render(request), Render(request));
    }

    [Fact]
    public void Generate_WithTakes_CountsTheStepsOfAll()
    {
        var request = Plain with { ReuseThreshold = 1, TakeCount = 2 };
        var reused = new List<int>();
        var progress = new DirectProgress(step => reused.AddRange(
            step.IsReused ? [step.StepNumber] : []));

        using var clip = model.Pipeline.Generate(request, progress, default);

        Assert.Contains(reused, step => step <= StepCount);
        Assert.Contains(reused, step => step > StepCount);
        Assert.Equal(reused.Count, clip.ReusedStepCount);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Generate_CancelledAfterAReusedStep_TakesNoFurtherStep(string name)
    {
        var request = Miniature.Clips(name)[0].Request with { StepCount = 40, ReuseThreshold = 1 };
        using var pipeline = VideoPipeline.Load(Miniature.Open(name), new OnnxOptions());
        using var cancel = new CancellationTokenSource();
        var stepsAfter = 0;
        var progress = new DirectProgress(step =>
        {
            stepsAfter += cancel.IsCancellationRequested ? 1 : 0;
            if (step.IsReused)
            {
                cancel.Cancel();
            }
        });

        Assert.Throws<OperationCanceledException>(
            () => pipeline.Generate(request, progress, cancel.Token));

        Assert.Equal((true, 0), (cancel.IsCancellationRequested, stepsAfter));
    }

    private static int Count(string steps) => steps.Count(step => step == '.');

    private (string Frames, string Steps) Render(VideoRequest request)
    {
        var steps = "";
        var progress = new DirectProgress(step => steps += step.IsReused ? '.' : '#');
        using var clip = model.Bare.Generate(request, progress, default);
        var frames = CompanionPipeline.Frames(clip).SelectMany(frame => frame).ToArray();
        Assert.Equal(Count(steps), clip.ReusedStepCount);
        return (Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(frames)), steps);
    }
}
