using Xunit;

namespace RenderFarm.Diffusion.Tests.Miniatures;

public sealed class AllocationTests
{
    public static TheoryData<string> Names => [.. Miniature.Names];

    // Tensors are made before the loop. The first steps warm up the sampler, the second expert,
    // and the call without guidance.
    [Theory]
    [MemberData(nameof(Names))]
    public void Generate_EveryStepOnceAllAreKnown_AllocatesNothing(string name) =>
        AssertNothing(name, Miniature.Clips(name)[0].Request);

    [Theory]
    [MemberData(nameof(Names))]
    public void Generate_StepsThatMayBeReused_AllocateNothing(string name) =>
        AssertNothing(name, Miniature.Clips(name)[0].Request with { ReuseThreshold = 0.5 });

    private static void AssertNothing(string name, VideoRequest plain)
    {
        const int stepCount = 40;
        var request = plain with { StepCount = stepCount };
        using var pipeline = VideoPipeline.Load(Miniature.Open(name), new OnnxOptions());
        var marks = new long[stepCount + 2];
        var progress = new DirectProgress(
            step => marks[step.StepNumber] = GC.GetAllocatedBytesForCurrentThread());
        using var stop = new CancellationTokenSource();

        using var clip = pipeline.Generate(request, progress, stop.Token);

        Assert.Equal(0, marks[stepCount] - marks[stepCount - 8]);
        Assert.NotEqual(0, marks[stepCount]);
    }
}
