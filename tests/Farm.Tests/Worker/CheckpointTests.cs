using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>The checkpoints that a worker leaves, and when.</summary>
public sealed class CheckpointTests
{
    [Fact]
    public async Task Stop_WithoutGrace_LeavesACheckpointThatTheNextWorkerGoesOnFrom()
    {
        await using var first = new RunningWorker();
        first.Settings["Worker:GraceTime"] = "00:00:00";
        await first.InitializeAsync();
        var task = first.Shot(stepCount: 100) with { FrameCount = 17 };
        var left = LeftWhenHandedBack(first, task);
        await RenderSomeStepsAsync(first, task);

        await first.StopAsync();

        await first.Broker.NextReportAsync<AttemptHandedBack>();
        Assert.NotNull(await left);
        await using var second = new RunningWorker { StorePath = first.StorePath };
        await second.InitializeAsync();
        await second.IssueAsync(task);
        var clip = (await second.Broker.NextReportAsync<AttemptCommitted>()).Clip;
        using var folder = new ScratchFolder();
        await second.Store.GetFileAsync(clip.ObjectKey, folder["clip.mp4"], default);
        Assert.Equal(
            await ClipPrint.OfAsync(second.Generate(task, null), task),
            ClipPrint.Of(folder["clip.mp4"]));
        var written = StepIn(first, "Wrote a checkpoint");
        Assert.InRange(written, 3, 99);
        Assert.Equal(written, StepIn(second, "Resumed job"));
        Assert.Null(await LeftAsync(second, task));
    }

    [Fact]
    public async Task Stop_WhileTheCheckpointIsUploaded_KeepsTheLeaseAndHandsBackAfterwards()
    {
        await using var worker = new RunningWorker();
        worker.Settings["Worker:GraceTime"] = "00:00:20";
        worker.Settings["Worker:CheckpointPeriod"] = "01:00:00";
        await worker.InitializeAsync();
        var (reached, release) = (Signal(), Signal());
        worker.Store.Before = async (call, key) =>
        {
            if (call == nameof(IObjectStore.PutFileAsync) && IsCheckpoint(key))
            {
                reached.TrySetResult();
                await release.Task;
            }
        };
        await RenderSomeStepsAsync(worker, Endless(worker));

        var stopping = worker.StopAsync();
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(1));
        var renewed = Signal();
        var left = 3;
        worker.Broker.Direct = _ =>
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                renewed.TrySetResult();
            }

            return LeaseDirective.Continue;
        };
        await renewed.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.False(stopping.IsCompleted);
        release.SetResult();
        await stopping;

        await worker.Broker.NextReportAsync<AttemptHandedBack>();
    }

    [Fact]
    public async Task Render_WhoseCheckpointIsStillUploaded_WaitsForNothing()
    {
        await using var worker = new RunningWorker();
        worker.Settings["Worker:CheckpointPeriod"] = "00:00:00.001";
        await worker.InitializeAsync();
        var (uploading, accepted) = (Signal(), Signal());
        var (uploads, uploadsBefore) = (0, 0);
        worker.Store.Before = async (call, key) =>
        {
            if (call == nameof(IObjectStore.PutFileAsync) && IsCheckpoint(key))
            {
                Interlocked.Increment(ref uploads);
                uploading.TrySetResult();
                await accepted.Task;
            }
            else if (key.EndsWith("accepted.json", StringComparison.Ordinal)
                && call == nameof(IObjectStore.PutIfAbsentAsync))
            {
                uploadsBefore = uploads;
                accepted.TrySetResult();
            }
        };

        // The upload holds until the clip is accepted: it would never end if a step waited for it.
        var task = worker.Shot(stepCount: 60) with { FrameCount = 17 };
        await worker.IssueAsync(task);
        await worker.Broker.NextReportAsync<AttemptCommitted>();

        Assert.True(uploading.Task.IsCompletedSuccessfully);
        Assert.Equal(1, uploadsBefore);
        Assert.Null(await LeftAsync(worker, task));
    }

    [Fact]
    public async Task Render_WithAPeriodOfZero_LeavesNone()
    {
        await using var worker = new RunningWorker();
        worker.Settings["Worker:CheckpointPeriod"] = "00:00:00";
        worker.Settings["Worker:GraceTime"] = "00:00:00";
        await worker.InitializeAsync();
        var task = Endless(worker);
        await RenderSomeStepsAsync(worker, task);

        await worker.StopAsync();

        await worker.Broker.NextReportAsync<AttemptHandedBack>();
        Assert.Null(await LeftAsync(worker, task));
    }

    [Fact]
    public async Task Render_ThatIsCanceled_LeavesNone()
    {
        await using var worker = new RunningWorker();
        worker.Settings["Worker:CheckpointPeriod"] = "01:00:00";
        await worker.InitializeAsync();
        var task = Endless(worker);
        var canceled = await worker.IssueAsync(task);
        worker.Broker.Direct = renewal => renewal.JobId == canceled && renewal.StepNumber > 1
            ? LeaseDirective.Cancel
            : LeaseDirective.Continue;
        var next = worker.Shot();
        await worker.IssueAsync(next);

        await worker.Broker.NextReportAsync<AttemptCommitted>();

        Assert.Null(await LeftAsync(worker, task));
    }

    /// <summary>More than any test waits for.</summary>
    private static ShotTask Endless(RunningWorker worker) =>
        worker.Shot(stepCount: 100) with { Size = new(256, 256), FrameCount = 33 };

    private static async Task RenderSomeStepsAsync(RunningWorker worker, ShotTask task)
    {
        var started = Signal();
        worker.Broker.LeaseDuration = TimeSpan.FromMilliseconds(300);
        worker.Broker.Direct = renewal =>
        {
            if (renewal.StepNumber > 2)
            {
                started.TrySetResult();
            }

            return LeaseDirective.Continue;
        };
        await worker.IssueAsync(task);
        await started.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }

    /// <summary>What of the shot is in the store at the moment that it is handed back.</summary>
    private static Task<string?> LeftWhenHandedBack(RunningWorker worker, ShotTask task)
    {
        var left = new TaskCompletionSource<string?>();
        worker.Broker.HandedBack = async () => left.TrySetResult(await LeftAsync(worker, task));
        return left.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }

    private static async Task<string?> LeftAsync(RunningWorker worker, ShotTask task)
    {
        var prefix = ObjectKeys.Checkpoints("test", task.RenderKey);
        await foreach (var found in worker.Store.ListAsync(prefix, default))
        {
            return found.Key;
        }

        return null;
    }

    private static bool IsCheckpoint(string key) =>
        key.Contains("/checkpoints/", StringComparison.Ordinal);

    private static int StepIn(RunningWorker worker, string start)
    {
        var words = worker.Log.Lines
            .Last(line => line.StartsWith(start, StringComparison.Ordinal))
            .Split([' ', ':']);
        return int.Parse(words[Array.IndexOf(words, "step") + 1], null);
    }

    private static TaskCompletionSource Signal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
