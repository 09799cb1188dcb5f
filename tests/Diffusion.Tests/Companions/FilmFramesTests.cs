using RenderFarm.Diffusion.Tests.Pipelines;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Companions;

public sealed class FilmFramesTests(CompanionPipeline model) : IClassFixture<CompanionPipeline>
{
    private static readonly VideoRequest Film = VideoRequests.Small with { Interpolation = 2 };

    [Fact]
    public void Frames_WithoutCompanionsInUse_AreThoseOfThePackageWithoutThem() => Assert.Equal(
        CompanionPipeline.Frames(model.Bare, VideoRequests.Small),
        model.Frames(VideoRequests.Small));

    [Theory]
    [InlineData(9)]
    [InlineData(8)]
    public void Frames_Interpolated_AreTheModelsAndThoseBetween(int frameCount)
    {
        var rendered = model.Frames(VideoRequests.Small);

        var frames = model.Frames(Film with { FrameCount = frameCount });

        Assert.Equal(frameCount, frames.Count);
        for (var i = 0; i < frames.Count; i++)
        {
            if (i % 2 == 0)
            {
                Assert.Equal(rendered[i / 2], frames[i]);
            }
            else
            {
                CompanionPipeline.AssertMixture(
                    frames[i], TinyCompanions.PairShares, rendered[i / 2], rendered[(i / 2) + 1]);
            }
        }
    }

    // Over more than one batch: a batch of this size is 16 frames.
    [Theory]
    [InlineData(1, 17)]
    [InlineData(2, 33)]
    [InlineData(2, 1)]
    public void Frames_Enlarged_AreMadeOfTheFrameAndItsNeighbours(
        int interpolation, int frameCount)
    {
        var small = VideoRequests.Small with
        {
            FrameCount = frameCount, Interpolation = interpolation,
        };
        var plain = model.Frames(small);

        var frames = model.Frames(Enlarged(small));

        Assert.Equal(frameCount, frames.Count);
        for (var i = 0; i < frames.Count; i++)
        {
            AssertEnlarged(
                frames[i],
                plain[Math.Max(0, i - 1)],
                plain[i],
                plain[Math.Min(frameCount - 1, i + 1)]);
        }
    }

    [Fact]
    public void Frames_OfALoopEnlarged_HaveNeighboursAcrossItsSeam()
    {
        var small = VideoRequests.Small with { FrameCount = 8, Interpolation = 2, Loop = true };
        var plain = model.Frames(small);

        var frames = model.Frames(Enlarged(small));

        AssertEnlarged(frames[0], plain[^1], plain[0], plain[1]);
        AssertEnlarged(frames[^1], plain[^2], plain[^1], plain[0]);
    }

    [Fact]
    public void Frames_CancelledBetweenTwo_EndThere()
    {
        using var cancel = new CancellationTokenSource();
        using var clip = model.Pipeline.Generate(
            Enlarged(Film with { FrameCount = 33 }), null, cancel.Token);
        var seen = 0;

        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var frame in clip.Frames(cancel.Token))
            {
                seen += frame.IsEmpty ? 0 : 1;
                cancel.Cancel();
            }
        });

        Assert.InRange(seen, 1, 16);
    }

    [Fact]
    public void OnnxTime_WhileFramesAreRead_Grows()
    {
        using var clip = model.Pipeline.Generate(Enlarged(Film), null, default);
        var before = model.Pipeline.OnnxTime;

        CompanionPipeline.Frames(clip);

        Assert.True(model.Pipeline.OnnxTime > before);
    }

    [Fact]
    public void Frames_AfterDispose_AreRefused()
    {
        var clip = model.Pipeline.Generate(VideoRequests.Small, null, default);
        clip.Dispose();

        Assert.Throws<ObjectDisposedException>(() => clip.Frames(default));
    }

    [Fact]
    public async Task Generate_WhileAClipIsInHand_WaitsUntilItIsDisposed()
    {
        var clip = model.Pipeline.Generate(VideoRequests.Small, null, default);
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAsync<OperationCanceledException>(() => Task.Run(() =>
            model.Pipeline.Generate(VideoRequests.Small, null, impatient.Token)));
        clip.Dispose();

        Assert.Equal(5, model.Frames(VideoRequests.Small).Count);
    }

    private static VideoRequest Enlarged(VideoRequest small) => small with
    {
        Upscale = TinyCompanions.Scale,
        Width = TinyCompanions.Scale * small.Width,
        Height = TinyCompanions.Scale * small.Height,
    };

    private static void AssertEnlarged(byte[] frame, params byte[][] window)
    {
        const int scale = TinyCompanions.Scale;
        Assert.Equal(scale * scale * window[0].Length, frame.Length);
        var shrunk = new byte[window[0].Length];
        for (var i = 0; i < frame.Length; i++)
        {
            var (pixel, channel) = Math.DivRem(i, 3);
            var (y, x) = Math.DivRem(pixel, scale * 64);
            var small = (((y / scale * 64) + (x / scale)) * 3) + channel;
            shrunk[small] = y % scale == 0 && x % scale == 0 ? frame[i] : shrunk[small];
            Assert.Equal(shrunk[small], frame[i]);
        }

        CompanionPipeline.AssertMixture(shrunk, TinyCompanions.WindowShares, window);
    }
}
