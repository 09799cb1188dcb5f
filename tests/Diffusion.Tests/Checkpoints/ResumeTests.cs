using RenderFarm.Diffusion.Tests.Companions;
using RenderFarm.Diffusion.Tests.Miniatures;
using RenderFarm.Diffusion.Tests.Pipelines;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Checkpoints;

/// <summary>A clip that is left after any step and taken up again is the same clip.</summary>
public sealed class ResumeTests(CompanionPipeline model) : IClassFixture<CompanionPipeline>
{
    private static readonly VideoRequest Plain = VideoRequests.Small with { StepCount = 4 };

    [Fact]
    public void Resume_AtEveryStep_GivesTheSameFrames() => AssertEveryStep(Plain, stepCount: 4);

    [Fact]
    public void Resume_WithTwoTakes_GivesTheSameFrames() =>
        AssertEveryStep(Plain with { TakeCount = 2 }, stepCount: 8);

    [Fact]
    public void Resume_WithAStartImage_GivesTheSameFrames() => AssertEveryStep(
        Plain with { StartImage = VideoRequests.Image(64, 64, 90), GuidanceScale = 1 },
        stepCount: 4);

    [Fact]
    public void Resume_OfAClipMadeAnewWithTwoTakes_GivesTheSameFrames() => AssertEveryStep(
        Plain with
        {
            Source = Miniature.Moving(64, 64, 5, 9), Strength = 0.8, TakeCount = 2,
        },
        stepCount: 6);

    [Fact]
    public void Resume_WithATail_GivesTheSameFrames()
    {
        using var before = model.Pipeline.Generate(Plain, null, default);
        var tail = before.Tail;
        before.Dispose();

        AssertEveryStep(Plain with { Tail = tail, Seed = 8 }, stepCount: 4);
    }

    [Fact]
    public void Resume_OfALoop_GivesTheSameFrames() =>
        AssertEveryStep(Plain with { Loop = true, FrameCount = 8 }, stepCount: 8);

    [Fact]
    public void Resume_OfALoopWithTwoTakes_GivesTheSameFrames() => AssertEveryStep(
        Plain with { Loop = true, FrameCount = 8, TakeCount = 2, StepCount = 2 },
        stepCount: 8);

    [Fact]
    public void Resume_OfAFilmOfTwiceTheRateAndFourTimesTheSize_GivesTheSameFrames() =>
        AssertEveryStep(
            Plain with { Width = 256, Height = 256, Upscale = 4, Interpolation = 2 },
            stepCount: 4);

    [Fact]
    public void Resume_AmongReusedSteps_GivesTheSameFrames()
    {
        var request = Plain with { StepCount = 12, ReuseThreshold = 0.5 };

        Assert.InRange(AssertEveryStep(request, stepCount: 12), 4, 8);
    }

    [Fact]
    public void Resume_OfALoopWithTakesWhoseStepsAreReused_GivesTheSameFrames()
    {
        var request = Plain with
        {
            Loop = true, FrameCount = 8, TakeCount = 2, StepCount = 5, ReuseThreshold = 1,
        };

        Assert.InRange(AssertEveryStep(request, stepCount: 20), 4, 8);
    }

    [Fact]
    public void Resume_TwiceFromOneCheckpoint_GivesTheSameFrames()
    {
        var (whole, checkpoints) = Render(Plain);
        var checkpoint = model.Pipeline.ReadCheckpoint(checkpoints.All[1].Bytes, Plain);

        Assert.Equal(whole, Resume(Plain, checkpoint).Print);
        Assert.Equal(whole, Resume(Plain, checkpoint).Print);
    }

    [Fact]
    public void Resume_OfAResumedClip_GivesTheSameFrames()
    {
        var request = Plain with { TakeCount = 2 };
        var (whole, first) = Render(request);
        var second = new CheckpointList();

        Print(request, first.All[4].Bytes, second);

        Assert.Equal([6, 7, 8], second.All.Select(one => one.StepNumber));
        Assert.Equal(first.All[6].Bytes, second.All[1].Bytes);
        Assert.Equal(whole, Print(request, second.All[1].Bytes, null));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    public void Cancel_AfterAStep_OffersThatStep(int stepNumber)
    {
        var request = Plain with { TakeCount = 2 };
        var (whole, all) = Render(request);
        using var cancel = new CancellationTokenSource();
        var left = new LastOffer();
        var progress = new DirectProgress(step =>
        {
            if (step.StepNumber == stepNumber)
            {
                cancel.Cancel();
            }
        });

        Assert.ThrowsAny<OperationCanceledException>(
            () => model.Pipeline.Generate(request, progress, null, left, cancel.Token));

        Assert.Equal([stepNumber, stepNumber], left.StepNumbers.TakeLast(2));
        Assert.Equal(all.All[stepNumber - 1].Bytes, left.Bytes);
        Assert.Equal(whole, Print(request, left.Bytes, null));
    }

    [Fact]
    public async Task Cancel_InTheMiddleOfAStep_OffersTheStepBeforeAndLeavesTheNextClipUnharmed()
    {
        var request = Plain with { Width = 256, Height = 256, FrameCount = 33, StepCount = 100 };
        var (whole, _) = Render(Plain);
        using var cancel = new CancellationTokenSource();
        var left = new LastOffer();
        var (first, reported) = (new TaskCompletionSource(), 0);
        var progress = new DirectProgress(step =>
        {
            reported = step.StepNumber;
            first.TrySetResult();
        });

        var clip = Task.Run(
            () => model.Pipeline.Generate(request, progress, null, left, cancel.Token));
        await first.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => clip);

        var checkpoint = model.Pipeline.ReadCheckpoint(left.Bytes, request);
        Assert.Equal((reported, 100), (checkpoint.StepNumber, checkpoint.StepCount));
        Assert.Equal(whole, Render(Plain).Print);
    }

    [Fact]
    public void MostCheckpointBytes_OfARequest_IsMoreThanItsCheckpointsHave()
    {
        var request = Plain with { Loop = true, FrameCount = 5, TakeCount = 3, StepCount = 1 };

        var most = model.Pipeline.MostCheckpointBytes(request);

        Assert.All(Render(request).Checkpoints.All, one => Assert.True(one.Bytes.Length < most));
        Assert.True(most < 1024 * 1024);
    }

    private int AssertEveryStep(VideoRequest request, int stepCount)
    {
        var (whole, checkpoints) = Render(request);
        var reported = new List<StepProgress>();
        using (model.Pipeline.Generate(request, new DirectProgress(reported.Add), default))
        {
        }

        Assert.Equal(
            Enumerable.Range(1, stepCount), checkpoints.All.Select(one => one.StepNumber));
        foreach (var (stepNumber, bytes) in checkpoints.All)
        {
            var checkpoint = model.Pipeline.ReadCheckpoint(bytes, request);
            var (print, steps) = Resume(request, checkpoint);

            Assert.True(whole == print, $"at step {stepNumber}:\n{whole}\n\n{print}");
            Assert.Equal((stepNumber, stepCount), (checkpoint.StepNumber, checkpoint.StepCount));
            Assert.Equal(reported.Skip(stepNumber), steps);
        }

        Assert.Equal(
            Enumerable.Range(1, stepCount).Select(step => (step, stepCount)),
            reported.Select(one => (one.StepNumber, one.StepCount)));
        return reported.Count(one => one.IsReused);
    }

    private (string Print, CheckpointList Checkpoints) Render(VideoRequest request)
    {
        var checkpoints = new CheckpointList();
        using var clip = model.Pipeline.Generate(request, null, null, checkpoints, default);
        return (FilmPrint.Of(clip), checkpoints);
    }

    private (string Print, List<StepProgress> Steps) Resume(
        VideoRequest request, Checkpoint checkpoint)
    {
        var steps = new List<StepProgress>();
        using var clip = model.Pipeline.Generate(
            request, new DirectProgress(steps.Add), checkpoint, null, default);
        return (FilmPrint.Of(clip), steps);
    }

    private string Print(VideoRequest request, byte[] bytes, ICheckpointSink? sink)
    {
        using var clip = model.Pipeline.Generate(
            request, null, model.Pipeline.ReadCheckpoint(bytes, request), sink, default);
        return FilmPrint.Of(clip);
    }

    /// <summary>Keeps only the last checkpoint that is offered.</summary>
    private sealed class LastOffer : ICheckpointSink
    {
        public List<int> StepNumbers { get; } = [];

        public byte[] Bytes { get; private set; } = [];

        public void Offer(StepProgress step, Func<Checkpoint> take)
        {
            StepNumbers.Add(step.StepNumber);
            Bytes = take().ToBytes();
        }
    }
}
