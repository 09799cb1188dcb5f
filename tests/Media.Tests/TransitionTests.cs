using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Reels;
using Xunit;

namespace RenderFarm.Media.Tests;

public sealed class TransitionTests : IDisposable
{
    private readonly Studio studio = new();

    [Fact]
    public async Task CrossFade_BetweenTwoGreys_MixesInEvenSteps()
    {
        var cut = await FlatAsync(Studio.CrossFade(3), 50, 210);
        var reel = await studio.WriteReelAsync(cut.Cut, cut.Clips);

        var lumas = Lumas(reel.ReelPath);

        Assert.Equal(31, lumas.Count);
        Assert.Equal(31, cut.Cut.FrameCount);
        AssertNear([50, 50, 90, 130, 170, 210, 210], lumas[12..19]);
    }

    [Fact]
    public async Task Fade_BetweenTwoGreys_PassesThroughBlackAndLosesNoFrame()
    {
        var cut = await FlatAsync(Studio.Fade(4), 200, 100);
        var reel = await studio.WriteReelAsync(cut.Cut, cut.Clips);

        var lumas = Lumas(reel.ReelPath);

        Assert.Equal(34, lumas.Count);
        AssertNear([200, 150, 100, 50, 0, 25, 50, 75, 100, 100], lumas[12..22]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(16)]
    public async Task CrossFade_OfAnyLength_LeavesTheOtherFramesAsTheyAre(int length)
    {
        var left = await studio.WriteClipAsync(1, 33);
        var right = await studio.WriteClipAsync(2, 33);
        var reel = await studio.WriteReelAsync(
            Studio.Cut(Studio.Entry(left, "a", Studio.CrossFade(length)), Studio.Entry(right, "b")),
            [left, right]);

        var film = Studio.FrameDigests(reel.ReelPath);
        var firstKeyframe = (length + 7) / 8 * 8;

        Assert.Equal(66 - length, film.Count);
        Assert.Equal(Studio.FrameDigests(left.Path)[..^length], film[..(33 - length)]);
        Assert.Equal(
            Studio.FrameDigests(right.Path)[firstKeyframe..],
            film[(33 - length + firstKeyframe)..]);
    }

    [Fact]
    public async Task CrossFade_FramesUpToTheNextKeyframe_AreAsGoodAsTheyWere()
    {
        var left = await studio.WriteClipAsync(1, 17);
        var right = await studio.WriteClipAsync(2, 17);
        var reel = await studio.WriteReelAsync(
            Studio.Cut(Studio.Entry(left, "a", Studio.CrossFade(3)), Studio.Entry(right, "b")),
            [left, right]);

        var film = studio.Decode(reel.ReelPath, "yuv420p");
        var clip = studio.Decode(right.Path, "yuv420p");

        const int Frame = 96 * 64 * 3 / 2;
        var differences = Enumerable.Range(3 * Frame, 5 * Frame)
            .Select(at => Math.Abs(clip[at] - film[at + (14 * Frame)]))
            .ToList();
        Assert.InRange(differences.Max(), 0, 2);
        Assert.InRange(differences.Average(), 0, 0.1);
    }

    [Theory]
    [InlineData(5, 3, 2)]
    [InlineData(9, 4, 4)]
    [InlineData(17, 1, 16)]
    public async Task Transitions_OnBothSidesOfAShortShot_KeepTheCount(
        int frameCount, int before, int after)
    {
        var clips = new[]
        {
            await studio.WriteClipAsync(1, 17), await studio.WriteClipAsync(2, frameCount),
            await studio.WriteClipAsync(3, 17),
        };
        var cut = Studio.Cut(
            Studio.Entry(clips[0], "a", Studio.CrossFade(before)),
            Studio.Entry(clips[1], "b", Studio.Fade(after)), Studio.Entry(clips[2], "c"));

        var reel = await studio.WriteReelAsync(cut, clips);

        Assert.Equal(34 + frameCount - before, Studio.FrameDigests(reel.ReelPath).Count);
        Assert.Equal(
            $"avg_frame_rate=24/1\n", Studio.Probe(reel.ReelPath, "stream=avg_frame_rate"));
    }

    [Fact]
    public async Task Transitions_LongerThanTheShot_AreRefusedNamingIt()
    {
        var clips = new[]
        {
            await studio.WriteClipAsync(1, 9), await studio.WriteClipAsync(2, 5),
            await studio.WriteClipAsync(3, 9),
        };
        var cut = Studio.Cut(
            Studio.Entry(clips[0], "a", Studio.CrossFade(3)),
            Studio.Entry(clips[1], "the-storm", Studio.CrossFade(3)), Studio.Entry(clips[2], "c"));

        var problem = await Assert.ThrowsAsync<InvalidDataException>(
            () => studio.WriteReelAsync(cut, clips));

        Assert.Equal(
            "shot the-storm: its transitions take 3 and 3 frames; it has 5", problem.Message);
    }

    [Fact]
    public async Task Transition_AfterTheLastShot_IsRefused()
    {
        var clip = await studio.WriteClipAsync(1, 9);
        var cut = Studio.Cut(Studio.Entry(clip, "a", Studio.Fade(3)));

        var problem = await Assert.ThrowsAsync<InvalidDataException>(
            () => studio.WriteReelAsync(cut, [clip]));

        Assert.Contains("last one", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_OfAReel_GrowsToOne()
    {
        var cut = await FlatAsync(Studio.CrossFade(3), 50, 210);
        var told = new Told();

        await studio.WriteReelAsync(cut.Cut, cut.Clips, progress: told);

        Assert.Equal(1, told.Values[^1]);
        Assert.Equal(told.Values.Order(), told.Values);
    }

    public void Dispose() => studio.Dispose();

    private async Task<(CutList Cut, ClipFile[] Clips)> FlatAsync(
        Transition transition, byte left, byte right)
    {
        ClipFile[] clips =
        [
            await studio.WriteFlatClipAsync(1, left, 17),
            await studio.WriteFlatClipAsync(2, right, 17),
        ];
        return (
            Studio.Cut(Studio.Entry(clips[0], "a", transition), Studio.Entry(clips[1], "b")),
            clips);
    }

    private List<int> Lumas(string path)
    {
        var bytes = studio.Decode(path, "gray");
        return [.. bytes.Chunk(96 * 64).Select(frame => (int)frame.Average(value => value))];
    }

    private static void AssertNear(int[] expected, List<int> actual) =>
        Assert.All(expected.Zip(actual), pair =>
            Assert.InRange(pair.Second, pair.First - 3, pair.First + 3));

    private sealed class Told : IProgress<double>
    {
        private readonly Lock gate = new();

        public List<double> Values { get; } = [];

        public void Report(double value)
        {
            lock (gate)
            {
                Values.Add(value);
            }
        }
    }
}
