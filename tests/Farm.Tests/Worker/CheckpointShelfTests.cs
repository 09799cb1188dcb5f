using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Diffusion.Checkpoints;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>
/// What a worker makes of the checkpoints that it finds. One worker for all tests: what one leaves
/// behind, the next one meets.
/// </summary>
public sealed class CheckpointShelfTests(RunningWorker worker) : IClassFixture<RunningWorker>
{
    private const int StepCount = 6;

    [Fact]
    public async Task Shot_WithCheckpoints_GoesOnFromTheFurthestThatFits()
    {
        var task = worker.Shot(seed: 31, stepCount: StepCount);
        var all = Checkpoints(task);
        var foreign = Checkpoints(task with { Seed = 99 });
        await PutAsync(task, "018f-1", all[1]);
        await PutAsync(task, "018f-2", all[3]);
        await PutAsync(task, "018f-3", all[2]);
        await PutAsync(task, "018f-4", all[5][..^1]);
        await PutAsync(task, "018f-5", foreign[4]);
        await PutAsync(task, "018f-6", [.. all[4], .. new byte[1024 * 1024]]);

        var (jobId, clip) = await RenderAsync(task);

        await AssertUndisturbedAsync(task, clip);
        Assert.Contains(worker.Log.Lines, line => line.StartsWith(
            $"Resumed job {jobId} shot 0 attempt {clip.AttemptId} after step 4 of 6, from ",
            StringComparison.Ordinal));
        Assert.Equal(3, worker.Log.Lines.Count(line => line.StartsWith(
            $"Attempt {clip.AttemptId} does not resume from ", StringComparison.Ordinal)));
        Assert.All(
            worker.Broker.Renewals.Where(one =>
                one.JobId == jobId && one.Stage != AttemptStage.Loading),
            one => Assert.InRange(one.StepNumber, 4, StepCount));
        Assert.Empty(await KeysAsync(task));
    }

    [Fact]
    public async Task Shot_WithCheckpointsThatAreNone_StartsAnew()
    {
        var task = worker.Shot(seed: 32, stepCount: StepCount);
        var newer = Checkpoints(task)[3];
        newer[8]++;
        await PutAsync(task, "018f-1", newer);
        await PutAsync(task, "018f-2", []);
        await PutAsync(task, "018f-3", "no checkpoint"u8.ToArray());

        var (jobId, clip) = await RenderAsync(task);

        await AssertUndisturbedAsync(task, clip);
        Assert.DoesNotContain(worker.Log.Lines, line => line.StartsWith(
            $"Resumed job {jobId} ", StringComparison.Ordinal));
        Assert.Contains(worker.Log.Lines, line => line.EndsWith(
            "018f-1: expected format version 2, found 3", StringComparison.Ordinal));
        Assert.Empty(await KeysAsync(task));
    }

    [Fact]
    public async Task Shot_WithACheckpointAfterItsLastStep_IsDecodedAndNoMore()
    {
        var task = worker.Shot(seed: 33, stepCount: StepCount);
        await PutAsync(task, "018f-1", Checkpoints(task)[StepCount - 1]);

        var (jobId, clip) = await RenderAsync(task);

        await AssertUndisturbedAsync(task, clip);
        Assert.Contains(worker.Log.Lines, line => line.StartsWith(
            $"Resumed job {jobId} shot 0 attempt {clip.AttemptId} after step 6 of 6",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shot_WhoseCheckpointSpoilsIt_FailsOnceAndThenStartsAnew()
    {
        var task = worker.Shot(seed: 34, stepCount: StepCount);
        var sound = CheckpointFile.Read(Checkpoints(task)[2]);
        var endless = sound.Point.Latents.Select(_ => float.MaxValue).ToArray();
        var spoilt = new Checkpoint(
            sound.Origin, sound.Point with { Latents = endless }, sound.Step);
        await PutAsync(task, "018f-1", spoilt.ToBytes());

        await worker.IssueAsync(task);
        var failed = await worker.Broker.NextReportAsync<AttemptFailed>();
        var (_, clip) = await RenderAsync(task);

        Assert.Equal(RenderError.BadFrames, failed.Error);
        await AssertUndisturbedAsync(task, clip);
    }

    [Fact]
    public async Task Store_InTroubleWithCheckpointsOnly_TheShotIsRendered()
    {
        var task = worker.Shot(seed: 35, stepCount: StepCount);
        await PutAsync(task, "018f-1", Checkpoints(task)[2]);
        worker.Store.Before = (_, key) => key.Contains("/checkpoints/", StringComparison.Ordinal)
            ? throw new StoreException("the store is away", canRetry: true)
            : Task.CompletedTask;

        var (_, clip) = await RenderAsync(task);
        worker.Store.Before = (_, _) => Task.CompletedTask;

        await AssertUndisturbedAsync(task, clip);
    }

    private async Task<(string JobId, Clip Clip)> RenderAsync(ShotTask task)
    {
        var jobId = await worker.IssueAsync(task);
        return (jobId, (await worker.Broker.NextReportAsync<AttemptCommitted>()).Clip);
    }

    private async Task AssertUndisturbedAsync(ShotTask task, Clip clip)
    {
        using var folder = new ScratchFolder();
        await worker.Store.GetFileAsync(clip.ObjectKey, folder["clip.mp4"], default);
        Assert.Equal(
            await ClipPrint.OfAsync(worker.Generate(task, null), task),
            ClipPrint.Of(folder["clip.mp4"]));
    }

    private async Task PutAsync(ShotTask task, string attemptId, byte[] bytes) =>
        Assert.True(await worker.Store.PutIfAbsentAsync(
            ObjectKeys.Checkpoint("test", task.RenderKey, attemptId),
            bytes,
            "application/octet-stream",
            default));

    private async Task<List<string>> KeysAsync(ShotTask task)
    {
        var keys = new List<string>();
        await foreach (var found in worker.Store.ListAsync(
            ObjectKeys.Checkpoints("test", task.RenderKey), default))
        {
            keys.Add(found.Key);
        }

        return keys;
    }

    /// <summary>One after each step.</summary>
    private List<byte[]> Checkpoints(ShotTask task)
    {
        var list = new EveryCheckpoint();
        using var clip = worker.Models.PipelineOf(task)
            .Generate(RunningWorker.Request(task), null, null, list, default);
        return list.All;
    }

    private sealed class EveryCheckpoint : ICheckpointSink
    {
        public List<byte[]> All { get; } = [];

        public void Offer(StepProgress step, Func<Checkpoint> take) => All.Add(take().ToBytes());
    }
}
