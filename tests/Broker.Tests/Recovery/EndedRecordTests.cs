using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.Tests.Dispatch;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Broker.Tests.Recovery;

public sealed class EndedRecordTests
{
    private static readonly string Record = ObjectKeys.EndedJob(Films.Tenant, "job-1", 1);

    [Fact]
    public async Task Job_ThatFails_IsWrittenDown()
    {
        await using var broker = await FailingAsync();

        await broker.FailAsync(broker.Tickets()[0], "attempt-1", RenderError.BadInput);

        var ended = await broker.Get<JobRecords>().FindEndedAsync(
            Films.Tenant, "job-1", 1, default);
        Assert.Equal(JobStatus.Failed, ended!.Status);
        Assert.Contains("why", ended.Reason, StringComparison.Ordinal);
        Assert.Equal(broker.Time.GetUtcNow(), ended.EndedAt);
    }

    [Fact]
    public async Task Job_StoreAwayWhenItFailed_IsWrittenDownLater()
    {
        await using var broker = await FailingAsync();
        broker.Objects.Fault = key =>
        {
            if (key == Record)
            {
                throw new IOException("the store does not answer");
            }
        };
        await Assert.ThrowsAsync<IOException>(
            () => broker.FailAsync(broker.Tickets()[0], "attempt-1", RenderError.BadInput));
        broker.Objects.Fault = _ => { };

        await broker.Sweep("jobs").SweepAsync(default);

        Assert.NotNull(await broker.Objects.TryHeadAsync(Record, default));
        Assert.True((await broker.JobAsync("job-1")).Closed);
    }

    [Fact]
    public async Task Specs_EndedJobWithoutRecord_GetsOne()
    {
        await using var broker = await FailingAsync();
        await broker.FailAsync(broker.Tickets()[0], "attempt-1", RenderError.BadInput);
        await broker.Objects.DeleteAsync(Record, default);

        Assert.Equal(1, await broker.Sweep("specs").SweepAsync(default));
        Assert.Equal(0, await broker.Sweep("specs").SweepAsync(default));

        Assert.NotNull(await broker.Objects.TryHeadAsync(Record, default));
    }

    [Fact]
    public async Task Specs_RecordThatSaysTheJobEnded_EndsIt()
    {
        await using var broker = await FailingAsync();
        await broker.Get<JobRecords>().WriteEndedAsync(
            (await broker.JobAsync("job-1")) with
            {
                Status = JobStatus.Failed,
                Reason = "it failed in a memory that is lost",
            },
            default);

        Assert.Equal(1, await broker.Sweep("specs").SweepAsync(default));

        var job = await broker.JobAsync("job-1");
        Assert.Equal(JobStatus.Failed, job.Status);
        Assert.Equal("it failed in a memory that is lost", job.Reason);
        Assert.True(job.Closed);
    }

    [Fact]
    public async Task Open_CutIsWrittenAndClipsAreCollected_JoinsTheClipsOfTheCut()
    {
        await using var broker = await FailingAsync();
        await broker.CommitAsync("job-1", 0, "attempt-1");
        await broker.Objects.DeleteAsync(
            ObjectKeys.AcceptedClip(Films.Tenant, Films.RenderKey("job-1", 0)), default);
        await using var next = new TestBroker(null, broker.Objects);

        await next.Sweep("specs").SweepAsync(default);

        Assert.Equal(JobStatus.Stitching, (await next.JobAsync("job-1")).Status);
        Assert.Equal("attempt-1", (await next.ShotAsync("job-1", 0)).Clip!.AttemptId);
    }

    /// <summary>A job whose one shot is being rendered.</summary>
    private static async Task<TestBroker> FailingAsync()
    {
        var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 1));
        await broker.PumpAsync();
        await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");
        return broker;
    }
}
