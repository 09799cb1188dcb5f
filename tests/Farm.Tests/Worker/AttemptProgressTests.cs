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

        Assert.Equal(
            TimeSpan.FromSeconds(70), progress.UntilStalled(TimeSpan.FromSeconds(120)));
    }

    [Fact]
    public void UntilStalled_LongSteps_IsSixOfThem()
    {
        MakeSteps(4, seconds: 60);

        Assert.Equal(
            TimeSpan.FromSeconds(360), progress.UntilStalled(TimeSpan.FromSeconds(120)));
    }

    [Fact]
    public void UntilStalled_AFrameCame_StartsAgain()
    {
        time.Advance(100);
        progress.ReportFrame();

        Assert.Equal(
            TimeSpan.FromSeconds(120), progress.UntilStalled(TimeSpan.FromSeconds(120)));
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

    private void MakeSteps(int count, double seconds)
    {
        for (var step = 1; step <= count; step++)
        {
            time.Advance(seconds);
            progress.Report(new StepProgress(step, 10));
        }
    }
}
