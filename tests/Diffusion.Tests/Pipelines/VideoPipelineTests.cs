using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines;

public sealed class VideoPipelineTests(VideoPipelineTests.Loaded loaded)
    : IClassFixture<VideoPipelineTests.Loaded>
{
    [Fact]
    public void Generate_Twice_GivesTheSameFrames()
    {
        var first = Frames(VideoRequests.Small);

        Assert.Equal(first, Frames(VideoRequests.Small));
    }

    [Fact]
    public async Task Generate_InAnotherPipelineUnderLoad_GivesTheSameFrames()
    {
        var first = Frames(VideoRequests.Small);
        using var another = VideoPipeline.Load(FlipbookPackage.Open(), new OnnxOptions());
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4)
            .Select(_ => Task.Run(() => Spin(stop.Token))).ToArray();

        var second = Frames(VideoRequests.Small, another);
        await stop.CancelAsync();
        await Task.WhenAll(load);

        Assert.Equal(first, second);
    }

    [Fact]
    public void Generate_AnotherSeed_GivesOtherFrames() => Assert.NotEqual(
        Frames(VideoRequests.Small),
        Frames(VideoRequests.Small with { Seed = 8 }));

    [Fact]
    public void Generate_CountBetweenGridLengths_GivesTheStartOfTheLongerClip()
    {
        var whole = Frames(VideoRequests.Small with { FrameCount = 9 });

        var part = Frames(VideoRequests.Small with { FrameCount = 6 });

        Assert.Equal(6, part.Count);
        Assert.All(part, frame => Assert.Equal(64 * 64 * 3, frame.Length));
        Assert.Equal(whole[..6], part);
    }

    [Fact]
    public void Generate_WithoutGuidance_DoesNotReadTheNegativePrompt()
    {
        var plain = VideoRequests.Small with { GuidanceScale = 1 };

        Assert.Equal(Frames(plain), Frames(plain with { NegativePrompt = "rain" }));
    }

    [Fact]
    public void Generate_BetweenTwoPictures_BeginsAndEndsWithThem()
    {
        var (start, end) =
            (VideoRequests.Image(64, 64, 90), VideoRequests.Image(64, 64, 160));

        var frames = Frames(VideoRequests.Small with { StartImage = start, EndImage = end });

        Assert.Equal(start.Pixels, frames[0]);
        Assert.Equal(end.Pixels, frames[^1]);
        Assert.All(frames[1..^1], frame =>
        {
            Assert.NotEqual(start.Pixels, frame);
            Assert.NotEqual(end.Pixels, frame);
        });
    }

    [Fact]
    public void Generate_OneFrame_IsOneFrame() =>
        Assert.Single(Frames(VideoRequests.Small with { FrameCount = 1 }));

    [Fact]
    public void Generate_EveryStep_IsReportedInOrder()
    {
        var steps = new List<StepProgress>();

        Frames(VideoRequests.Small with { StepCount = 3 }, progress: steps.Add);

        Assert.Equal([new(1, 3), new(2, 3), new(3, 3)], steps);
    }

    [Fact]
    public void Generate_CancelledAfterAStep_TakesNoFurtherStep()
    {
        using var cancel = new CancellationTokenSource();
        var steps = new List<StepProgress>();
        void Report(StepProgress step)
        {
            steps.Add(step);
            cancel.Cancel();
        }

        Assert.Throws<OperationCanceledException>(() =>
            Frames(VideoRequests.Small with { StepCount = 50 }, null, Report, cancel.Token));

        Assert.Equal([new StepProgress(1, 50)], steps);
        Assert.Equal(5, Frames(VideoRequests.Small).Count);
    }

    [Fact]
    public async Task Generate_CancelledInTheMiddleOfAStep_EndsWithinIt()
    {
        using var cancel = new CancellationTokenSource();
        var reported = 0;
        var request = VideoRequests.Small with
        {
            Width = 256, Height = 256, FrameCount = 33, StepCount = 100,
        };
        var first = new TaskCompletionSource();
        void Report(StepProgress step)
        {
            reported = step.StepNumber;
            first.TrySetResult();
        }

        var clip = Task.Run(() => Frames(request, null, Report, cancel.Token));
        await first.Task;
        var before = reported;
        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => clip);
        Assert.InRange(reported, before, before + 1);
    }

    [Fact]
    public void OnnxTime_AfterAClip_HasGrown()
    {
        var before = loaded.Pipeline.OnnxTime;

        Frames(VideoRequests.Small);

        Assert.True(loaded.Pipeline.OnnxTime > before);
    }

    [Fact]
    public void Generate_BadRequest_SaysAllFaultsAtOnce()
    {
        var request = VideoRequests.Small with
        {
            Width = 70,
            FrameCount = 0,
            StepCount = 1000,
            GuidanceScale = double.NaN,
            Sampler = "heun",
            StartImage = VideoRequests.Image(16, 64, 0),
        };

        var fault = Assert.Throws<ArgumentException>(
            () => loaded.Pipeline.Generate(request, null, default));

        foreach (var expected in new[]
        {
            "Width: expected a multiple of 16 from 64 to 256, found 70",
            "FrameCount: expected 1 to 33, found 0",
            "StepCount: expected 1 to 100, found 1000",
            "GuidanceScale: expected 1 to 10, found NaN",
            "Sampler: expected euler, found 'heun'",
            "StartImage: expected 70x64 of 3 bytes, found 16x64 in 3072 bytes",
        })
        {
            Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Generate_AfterDispose_IsRefused()
    {
        var pipeline = VideoPipeline.Load(FlipbookPackage.Open(), new OnnxOptions());
        pipeline.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Frames(VideoRequests.Small, pipeline));
    }

    private static void Spin(CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            Thread.SpinWait(1000);
        }
    }

    private List<byte[]> Frames(
        VideoRequest request,
        VideoPipeline? pipeline = null,
        Action<StepProgress>? progress = null,
        CancellationToken token = default)
    {
        var target = progress is null ? null : new DirectProgress(progress);
        using var clip = (pipeline ?? loaded.Pipeline).Generate(request, target, token);
        return [.. clip.Frames(token).Select(frame => frame.ToArray())];
    }

    public sealed class Loaded : IDisposable
    {
        internal VideoPipeline Pipeline { get; } =
            VideoPipeline.Load(FlipbookPackage.Open(), new OnnxOptions());

        public void Dispose() => Pipeline.Dispose();
    }
}
