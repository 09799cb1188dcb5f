using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Worker.Attempts;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

public sealed class StallWatchTests : IDisposable
{
    private static readonly TimeSpan LeastTime = TimeSpan.FromMilliseconds(50);

    private readonly AttemptProgress progress = new(10, TimeProvider.System);
    private readonly CancellationTokenSource stall = new();

    public void Dispose() => stall.Dispose();

    [Fact]
    public async Task Render_WithoutSteps_IsCanceled()
    {
        progress.Enter(AttemptStage.Rendering);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WatchAsync(HangAsync()));

        Assert.True(stall.IsCancellationRequested);
    }

    [Fact]
    public async Task Upload_WithoutSteps_IsLeftAlone()
    {
        progress.Enter(AttemptStage.Uploading);
        var uploading = Task.Delay(LeastTime * 4, TimeProvider.System, stall.Token);

        await WatchAsync(ResultOf(uploading));

        Assert.False(stall.IsCancellationRequested);
    }

    [Fact]
    public async Task Render_ThatMakesSteps_IsLeftAlone()
    {
        progress.Enter(AttemptStage.Rendering);

        Assert.True(await WatchAsync(StepAsync()));

        Assert.False(stall.IsCancellationRequested);
    }

    private Task<bool> WatchAsync(Task<bool> running) =>
        StallWatch.AwaitAsync(
            running, progress, LeastTime * 2, LeastTime * 2, stall, TimeProvider.System);

    private Task<bool> HangAsync() =>
        ResultOf(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stall.Token));

    private async Task<bool> StepAsync()
    {
        for (var step = 1; step <= 10; step++)
        {
            await Task.Delay(LeastTime / 2, TimeProvider.System, stall.Token);
            progress.Report(new StepProgress(step, 10));
        }

        return true;
    }

    private static async Task<bool> ResultOf(Task task)
    {
        await task;
        return true;
    }
}
