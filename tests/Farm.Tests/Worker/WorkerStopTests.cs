using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

public sealed class WorkerStopTests
{
    [Fact]
    public async Task Stop_WithoutGrace_HandsTheShotBack()
    {
        await using var worker = new RunningWorker();
        worker.Settings["Worker:GraceTime"] = "00:00:00";
        await worker.InitializeAsync();
        var task = worker.Shot(stepCount: 100) with { FrameCount = 33 };
        var jobId = await RenderSomeStepsAsync(worker, task);

        await worker.StopAsync();

        var report = await worker.Broker.NextReportAsync<AttemptHandedBack>();
        Assert.Equal(jobId, report.JobId);
        Assert.Contains(worker.Broker.Announcements, one => one.Leaving);
        Assert.Null(await worker.AcceptedAsync(task));
        Assert.Empty(Directory.EnumerateFileSystemEntries(worker.ScratchPath));
    }

    [Fact]
    public async Task Stop_WithEnoughGrace_FinishesTheShotFirst()
    {
        await using var worker = new RunningWorker();
        worker.Settings["Worker:GraceTime"] = "00:05:00";
        await worker.InitializeAsync();
        var task = worker.Shot(stepCount: 60) with { FrameCount = 17 };
        var jobId = await RenderSomeStepsAsync(worker, task);

        await worker.StopAsync();

        var report = await worker.Broker.NextReportAsync<AttemptCommitted>();
        Assert.Equal(jobId, report.JobId);
        Assert.NotNull(await worker.AcceptedAsync(task));
    }

    [Fact]
    public async Task Start_WithoutItsModel_Fails()
    {
        await using var worker = new RunningWorker();
        worker.Settings["Worker:Models:0"] = "/nowhere";

        var fault = await Assert.ThrowsAsync<ModelException>(
            async () => await worker.InitializeAsync());

        Assert.Contains("/nowhere", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<string> RenderSomeStepsAsync(RunningWorker worker, ShotTask task)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.Broker.Direct = renewal =>
        {
            if (renewal.StepNumber > 2)
            {
                started.TrySetResult();
            }

            return LeaseDirective.Continue;
        };
        var jobId = await worker.IssueAsync(task);
        await started.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return jobId;
    }
}
