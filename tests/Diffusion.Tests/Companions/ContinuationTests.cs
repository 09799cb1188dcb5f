using RenderFarm.Diffusion.Tests.Pipelines;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Companions;

public sealed class ContinuationTests(CompanionPipeline model) : IClassFixture<CompanionPipeline>
{
    private static readonly VideoRequest Film =
        VideoRequests.Small with { Interpolation = 2, FrameCount = 9 };

    [Theory]
    [InlineData(9, 4, 0)]
    [InlineData(10, 4, 1)]
    [InlineData(12, 5, 1)]
    public void Tail_OfAClip_IsTheModelsFramesUpToItsLast(
        int frameCount, int lastFrame, int framesPast)
    {
        // Nine frames of the film need five of the model; ten and twelve need nine.
        var expected = model.Frames(
            VideoRequests.Small with { FrameCount = frameCount == 9 ? 5 : 9 });

        using var clip = model.Pipeline.Generate(
            Film with { FrameCount = frameCount }, null, default);

        Assert.Equal(framesPast, clip.Tail!.FramesPast);
        Assert.Equal(Strip(expected[(lastFrame - 4)..(lastFrame + 1)]), clip.Tail.Frames.Pixels);
    }

    [Fact]
    public void Tail_OfFewerThanFiveFrames_IsNone()
    {
        using var clip = model.Pipeline.Generate(Film with { FrameCount = 8 }, null, default);

        Assert.Null(clip.Tail);
    }

    [Fact]
    public void Frames_OfAContinuedClip_BeginHalfwayFromTheTailsLast()
    {
        var tail = Tail(framesPast: 0);

        var film = model.Frames(Film with { FrameCount = 8, Tail = tail });
        var rendered = model.Frames(
            VideoRequests.Small with { FrameCount = 4, Tail = tail });

        var last = TailFrame(tail, 4);
        Assert.Equal((8, 4), (film.Count, rendered.Count));
        CompanionPipeline.AssertMixture(film[0], TinyCompanions.PairShares, last, rendered[0]);
        Assert.Equal(rendered[0], film[1]);
        CompanionPipeline.AssertMixture(
            film[2], TinyCompanions.PairShares, rendered[0], rendered[1]);
        Assert.Equal(rendered[3], film[7]);
    }

    [Fact]
    public void Frames_AfterAClipThatEndsBetweenTwo_BeginWithTheFirstNewOne()
    {
        var rendered = model.Frames(
            VideoRequests.Small with { FrameCount = 4, Tail = Tail(framesPast: 0) });

        var film = model.Frames(Film with { FrameCount = 6, Tail = Tail(framesPast: 1) });

        Assert.Equal([rendered[0], rendered[1], rendered[2]], [film[0], film[2], film[4]]);
    }

    [Fact]
    public void Frames_OfAContinuedClip_LookLikeTheOneBefore()
    {
        var before = VideoRequests.Small with { StepCount = 8, FrameCount = 9, Seed = 3 };
        using var clip = model.Pipeline.Generate(before, null, default);
        var tail = clip.Tail!;
        clip.Dispose();

        var next = before with { Seed = 4, FrameCount = 4 };
        var continued = model.Frames(next with { Tail = tail })[0];
        var free = model.Frames(next)[0];

        var last = TailFrame(tail, 4);
        Assert.True(
            Difference(continued, last) < 0.75 * Difference(free, last),
            $"{Difference(continued, last)} against {Difference(free, last)}");
    }

    [Fact]
    public void Tail_OfAShortContinuedClip_HoldsWhatWasSeenBefore()
    {
        var tail = Tail(framesPast: 0);

        using var clip = model.Pipeline.Generate(
            VideoRequests.Small with { FrameCount = 2, Tail = tail }, null, default);

        var frames = CompanionPipeline.Frames(clip);
        Assert.Equal(
            Strip([TailFrame(tail, 2), TailFrame(tail, 3), TailFrame(tail, 4), .. frames]),
            clip.Tail!.Frames.Pixels);
    }

    [Fact]
    public void HasRoomFor_RequestBesideATail_CountsTheOverlap()
    {
        var request = VideoRequests.Small with { Tail = Tail(framesPast: 0) };

        Assert.True(model.Pipeline.HasRoomFor(request with { FrameCount = 28 }));
        Assert.False(model.Pipeline.HasRoomFor(request with { FrameCount = 29 }));
        Assert.True(model.Pipeline.HasRoomFor(request with { FrameCount = 29, Tail = null }));
    }

    private ClipTail Tail(int framesPast)
    {
        using var clip = model.Pipeline.Generate(VideoRequests.Small, null, default);
        return clip.Tail! with { FramesPast = framesPast };
    }

    private static byte[] TailFrame(ClipTail tail, int index) =>
    [
        .. Enumerable.Range(0, 64).SelectMany(
            row => tail.Frames.Pixels.Skip(((row * 5) + index) * 64 * 3).Take(64 * 3)),
    ];

    private static byte[] Strip(IReadOnlyList<byte[]> frames) =>
    [
        .. Enumerable.Range(0, 64).SelectMany(
            row => frames.SelectMany(frame => frame.Skip(row * 64 * 3).Take(64 * 3))),
    ];

    private static double Difference(byte[] one, byte[] other) =>
        one.Zip(other, (a, b) => (double)Math.Abs(a - b)).Average();
}
