using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines;

/// <summary>What the loop itself costs and when it ends, whatever a machine's speed.</summary>
public sealed class DenoisingLoopTests
{
    public static TheoryData<string> Names => [.. Miniature.Names];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(3, 0.2)]
    public void Generate_FlipbooksLaterSteps_AllocateNothing(double guidanceScale, double reuse)
    {
        const int stepCount = 40;
        var request = VideoRequests.Small with
        {
            StepCount = stepCount, GuidanceScale = guidanceScale, ReuseThreshold = reuse,
        };
        using var pipeline = VideoPipeline.Load(FlipbookPackage.Open(), new OnnxOptions());
        var marks = new long[stepCount + 1];
        var progress = new DirectProgress(
            step => marks[step.StepNumber] = GC.GetAllocatedBytesForCurrentThread());
        using var stop = new CancellationTokenSource();

        using var clip = pipeline.Generate(request, progress, stop.Token);

        Assert.Equal(0, marks[stepCount] - marks[stepCount - 8]);
        Assert.NotEqual(0, marks[stepCount]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Generate_CancelledAfterAStep_TakesNoFurtherStep(string name)
    {
        var request = Miniature.Clips(name)[0].Request with { StepCount = 40 };
        using var pipeline = VideoPipeline.Load(Miniature.Open(name), new OnnxOptions());
        using var cancel = new CancellationTokenSource();
        var last = 0;
        var progress = new DirectProgress(step =>
        {
            last = step.StepNumber;
            if (last == 3)
            {
                cancel.Cancel();
            }
        });

        Assert.Throws<OperationCanceledException>(
            () => pipeline.Generate(request, progress, cancel.Token));

        Assert.Equal(3, last);
    }
}
