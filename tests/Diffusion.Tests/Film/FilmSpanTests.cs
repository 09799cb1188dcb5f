using RenderFarm.Diffusion.Pipelines.Film;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Film;

public sealed class FilmSpanTests
{
    private static readonly FrameCountGrid Grid =
        new() { Multiple = 4, Offset = 1, Minimum = 1, Maximum = 33 };

    private static readonly RgbImage Image = new(1, 1, [0, 0, 0]);

    [Theory]
    [InlineData(17, 1, 17)]
    [InlineData(18, 1, 21)]
    [InlineData(33, 2, 17)]
    [InlineData(34, 2, 21)]
    [InlineData(65, 2, 33)]
    [InlineData(1, 2, 1)]
    public void Of_PlainClip_RendersTheNextLengthAndCutsItsEnd(
        int frameCount, int interpolation, int modelFrameCount)
    {
        var span = Of(frameCount, interpolation);

        Assert.Equal(modelFrameCount, span.ModelFrameCount);
        Assert.Equal(Enumerable.Range(0, frameCount), Positions(span));
    }

    [Theory]
    [InlineData(33, 16, 0)]
    [InlineData(34, 16, 1)]
    [InlineData(9, 4, 0)]
    [InlineData(10, 4, 1)]
    public void Of_ClipBetweenTheModelsFrames_HasATailThatEndsBeforeItsLast(
        int frameCount, int tailEnd, int framesPast)
    {
        var span = Of(frameCount, interpolation: 2);

        Assert.Equal((tailEnd, framesPast), (span.TailEnd, span.FramesPastTail));
    }

    [Theory]
    [InlineData(0, 9)]
    [InlineData(1, 10)]
    public void Of_ContinuedClip_BeginsAfterWhatWasSeen(int framesPast, int firstPosition)
    {
        // The tail's last frame is the model's fourth, at position 8.
        var span = Of(6, 2, framesPast);

        Assert.Equal(Enumerable.Range(firstPosition, 6), Positions(span));
        Assert.Equal(9, span.ModelFrameCount);
        Assert.Equal(5, span.FirstModelFrame);
    }

    [Fact]
    public void Of_ChainOfAnyLengths_ShowsEveryPositionOnce()
    {
        for (var interpolation = 1; interpolation <= 2; interpolation++)
        {
            var chance = new Random(interpolation);
            var framesPast = -1;
            var start = 0;
            var expected = 0;
            for (var clip = 0; clip < 200; clip++)
            {
                var frameCount = chance.Next(10, 50);
                var span = Of(frameCount, interpolation, framesPast < 0 ? null : framesPast);
                foreach (var position in Positions(span))
                {
                    Assert.Equal(expected++, start + position);
                }

                // The next clip's first frame is the first of the five that end this one's tail.
                start += (span.TailEnd - 4) * interpolation;
                framesPast = span.FramesPastTail;
            }
        }
    }

    [Theory]
    [InlineData(33, 2, 17)]
    [InlineData(35, 2, 17)]
    [InlineData(36, 2, 21)]
    [InlineData(16, 1, 17)]
    [InlineData(5, 2, 5)]
    [InlineData(65, 2, 33)]
    public void Of_Loop_ComesBackToItsFirstFrameAfterItsLast(
        int frameCount, int interpolation, int modelFrameCount)
    {
        var span = FilmSpan.Of(
            Request(frameCount, interpolation) with { Loop = true }, Grid);

        var positions = Positions(span);
        var end = (span.ModelFrameCount - 1) * interpolation;
        Assert.Equal(modelFrameCount, span.ModelFrameCount);
        Assert.Equal(0, positions[0]);
        AssertEven([.. positions, end], end / (double)frameCount);
    }

    [Theory]
    [InlineData(33, 2, 17)]
    [InlineData(32, 2, 17)]
    [InlineData(35, 2, 17)]
    [InlineData(36, 2, 17)]
    [InlineData(38, 2, 21)]
    [InlineData(6, 1, 5)]
    [InlineData(7, 1, 9)]
    public void Of_ClipWithAGivenEnd_ArrivesAtIt(
        int frameCount, int interpolation, int modelFrameCount)
    {
        var span = FilmSpan.Of(
            Request(frameCount, interpolation) with { EndImage = Image }, Grid);

        var positions = Positions(span);
        var end = (span.ModelFrameCount - 1) * interpolation;
        Assert.Equal(modelFrameCount, span.ModelFrameCount);
        Assert.Equal((0, end), (positions[0], positions[^1]));
        AssertEven(positions, end / (frameCount - 1.0));
        Assert.Equal((span.ModelFrameCount - 1, 0), (span.TailEnd, span.FramesPastTail));
    }

    [Theory]
    [InlineData(1, null, 33)]
    [InlineData(2, null, 65)]
    [InlineData(1, 0, 28)]
    [InlineData(2, 0, 56)]
    [InlineData(2, 1, 55)]
    public void Longest_Request_IsTheLastThatFitsTheGrid(
        int interpolation, int? framesPast, int longest)
    {
        Assert.Equal(
            longest, FilmSpan.Longest(Request(1, interpolation, framesPast), Grid));
        Assert.Equal(33, Of(longest, interpolation, framesPast).ModelFrameCount);
        Assert.Equal(37, Of(longest + 1, interpolation, framesPast).ModelFrameCount);
    }

    private static void AssertEven(int[] positions, double step)
    {
        for (var i = 0; i < positions.Length; i++)
        {
            Assert.InRange(positions[i], (i * step) - 0.5, (i * step) + 0.5);
        }
    }

    private static int[] Positions(FilmSpan span) =>
        [.. Enumerable.Range(0, span.FrameCount).Select(span.Position)];

    private static FilmSpan Of(int frameCount, int interpolation, int? framesPast = null) =>
        FilmSpan.Of(Request(frameCount, interpolation, framesPast), Grid);

    private static VideoRequest Request(
        int frameCount, int interpolation, int? framesPast = null) =>
        Pipelines.VideoRequests.Small with
        {
            FrameCount = frameCount,
            Interpolation = interpolation,
            Tail = framesPast is { } past ? new ClipTail(Image, past) : null,
        };
}
