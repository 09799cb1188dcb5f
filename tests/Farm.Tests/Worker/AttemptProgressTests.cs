using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Worker.Attempts;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

public sealed class AttemptProgressTests
{
    private readonly ManualTime time = new();
    private readonly AttemptProgress progress;

    public AttemptProgressTests() => progress = new AttemptProgress(10, time);

    [Fact]
    public void UntilStalled_NoStepYet_IsTheLeastTime()
    {
        time.Advance(50);

        Assert.Equal(TimeSpan.FromSeconds(70), UntilStalled());
    }

    [Fact]
    public void UntilStalled_RenderingWithoutAStep_IsTheLeastFirstTime()
    {
        progress.Enter(AttemptStage.Rendering);
        time.Advance(150);

        Assert.Equal(TimeSpan.FromSeconds(1050), UntilStalled());
    }

    [Fact]
    public void UntilStalled_OneLongStep_IsSixOfIt()
    {
        progress.Enter(AttemptStage.Rendering);
        MakeSteps(1, seconds: 600);

        Assert.Equal(TimeSpan.FromSeconds(3600), UntilStalled());
    }

    [Fact]
    public void UntilStalled_ResumedWithoutAStep_IsTheLeastFirstTime()
    {
        progress.ResumeAfter(new StepProgress(7, 10));
        progress.Enter(AttemptStage.Rendering);

        Assert.Equal(TimeSpan.FromSeconds(1200), UntilStalled());
    }

    [Fact]
    public void Remaining_Resumed_CountsTheStepsThatAreLeft()
    {
        progress.ResumeAfter(new StepProgress(6, 10));
        Assert.Equal((6, 10), (progress.StepNumber, progress.StepCount));
        time.Advance(500);
        progress.Report(new StepProgress(7, 10));
        Assert.Null(progress.Remaining());
        time.Advance(2);
        progress.Report(new StepProgress(8, 10));

        Assert.Equal(TimeSpan.FromSeconds(4), progress.Remaining());
    }

    [Fact]
    public void UntilStalled_LongSteps_IsSixOfThem()
    {
        MakeSteps(4, seconds: 60);

        Assert.Equal(TimeSpan.FromSeconds(360), UntilStalled());
    }

    [Fact]
    public void UntilStalled_MostStepsReused_IsSixOfThoseThatWereComputed()
    {
        MakeSteps(3, seconds: 60);
        Reuse(4, 5, 6, 7);

        Assert.Equal(TimeSpan.FromSeconds(360), UntilStalled());
    }

    [Fact]
    public void UntilStalled_ResumedWithReusedSteps_IsTheLeastFirstTime()
    {
        progress.ResumeAfter(new StepProgress(3, 10));
        progress.Enter(AttemptStage.Rendering);
        Reuse(4, 5);

        Assert.Equal(TimeSpan.FromSeconds(1200), UntilStalled());
    }

    [Fact]
    public void Remaining_SomeStepsReused_CountsAsManyOfThoseThatAreLeft()
    {
        MakeSteps(2, seconds: 60);
        Reuse(3, 4);

        Assert.Equal(TimeSpan.FromSeconds(180), progress.Remaining());
    }

    [Fact]
    public void UntilStalled_AFrameCame_StartsAgain()
    {
        time.Advance(100);
        progress.ReportFrame();

        Assert.Equal(TimeSpan.FromSeconds(120), UntilStalled());
    }

    [Fact]
    public void Remaining_FirstStepSlow_CountsTheOthers()
    {
        progress.Enter(AttemptStage.Rendering);
        time.Advance(500);
        MakeSteps(4, seconds: 2);

        Assert.Equal(TimeSpan.FromSeconds(12), progress.Remaining());
    }

    [Fact]
    public void Remaining_MoreStepsThanGuessed_CountsThem()
    {
        progress.Enter(AttemptStage.Rendering);
        for (var step = 1; step <= 4; step++)
        {
            time.Advance(2);
            progress.Report(new StepProgress(step, 20));
        }

        Assert.Equal(20, progress.StepCount);
        Assert.Equal(TimeSpan.FromSeconds(32), progress.Remaining());
    }

    [Fact]
    public void Remaining_NothingKnown_IsNull() => Assert.Null(progress.Remaining());

    [Fact]
    public void Remaining_WhileUploading_IsNothing()
    {
        progress.Enter(AttemptStage.Uploading);

        Assert.Equal(TimeSpan.Zero, progress.Remaining());
    }

    private TimeSpan UntilStalled() =>
        progress.UntilStalled(TimeSpan.FromSeconds(120), TimeSpan.FromMinutes(20));

    private void Reuse(params IEnumerable<int> steps)
    {
        foreach (var step in steps)
        {
            progress.Report(new StepProgress(step, 10) { IsReused = true });
        }
    }

    private void MakeSteps(int count, double seconds)
    {
        for (var step = 1; step <= count; step++)
        {
            time.Advance(seconds);
            progress.Report(new StepProgress(step, 10));
        }
    }
}
