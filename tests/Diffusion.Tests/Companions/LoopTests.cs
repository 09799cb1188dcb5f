using RenderFarm.Diffusion.Tests.Pipelines;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Companions;

public sealed class LoopTests(CompanionPipeline model) : IClassFixture<CompanionPipeline>
{
    private static readonly VideoRequest Loop =
        VideoRequests.Small with { FrameCount = 16, StepCount = 8, Loop = true };

    [Fact]
    public void Frames_OfALoop_EndNextToWhereTheyBegin()
    {
        var loop = model.Frames(Loop);
        var free = model.Frames(Loop with { Loop = false });

        Assert.Equal(16, loop.Count);
        Assert.True(
            Difference(loop[0], loop[^1]) < Difference(free[0], free[^1]),
            $"{Difference(loop[0], loop[^1])} against {Difference(free[0], free[^1])}");
    }

    [Fact]
    public void Frames_OfALoop_BeginWithAFrameThatIsMadeForIt()
    {
        var free = Loop with { Loop = false };
        var seam = model.Frames(free with { FrameCount = 1 })[0];

        var loop = model.Frames(Loop)[0];

        var distance = Difference(model.Frames(free)[0], seam);
        Assert.True(
            Difference(loop, seam) < distance, $"{Difference(loop, seam)} against {distance}");
    }

    [Fact]
    public void Frames_OfALoopWithAStartImage_AreThoseFromItToItBeforeTheLast()
    {
        var image = VideoRequests.Image(64, 64, 150);

        var loop = model.Frames(Loop with { StartImage = image });

        var bridge = model.Frames(Loop with
        {
            Loop = false, FrameCount = 17, StartImage = image, EndImage = image,
        });
        Assert.Equal(bridge[..16], loop);
    }

    [Fact]
    public void Generate_Loop_IsTheSameEveryTime() =>
        Assert.Equal(model.Frames(Loop), model.Frames(Loop));

    [Fact]
    public void Frames_UpToAnEndImageOffTheGrid_ArriveAtIt()
    {
        var end = VideoRequests.Small with
        {
            EndImage = VideoRequests.Image(64, 64, 200), FrameCount = 9,
        };

        // Ten frames are spread over the model's nine, from the first to the last.
        var whole = model.Frames(end);
        var spread = model.Frames(end with { FrameCount = 10 });

        Assert.Equal([whole[0], whole[^1]], [spread[0], spread[^1]]);
    }

    private static double Difference(byte[] one, byte[] other) =>
        one.Zip(other, (a, b) => (double)Math.Abs(a - b)).Average();
}
