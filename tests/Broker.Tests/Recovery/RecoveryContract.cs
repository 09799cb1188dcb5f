using System.Text.Json;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.Dispatch;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Broker.Tests.Recovery;

/// <summary>What a Broker makes of a job store that lost states or came back as it was.</summary>
public abstract class RecoveryContract
{
    internal abstract IJobStore Store { get; }

    [Fact]
    public async Task Look_NewFarm_BeginsTheFirstEpochAndKeepsWhatIsThere()
    {
        await using var broker = await StartAsync();
        await broker.OpenAsync(Films.Flat("job-1", 1));

        await LookAsync(broker);
        await LookAsync(broker);

        Assert.Equal(1, broker.Get<RebuildGate>().EpochNumber);
        Assert.Equal(0, broker.Get<RebuildGate>().LastSequence);
        Assert.True(broker.Get<RebuildGate>().MayDispatch);
        Assert.Equal(1, (await broker.JobAsync("job-1")).LeftCount);
    }

    [Fact]
    public async Task Loss_InTheMiddleOfAJob_IsRebuiltAndLiveAttemptsGoOn()
    {
        await using var broker = await HalfDoneAsync();

        await LoseAllAsync();
        await Assert.ThrowsAsync<StoreForgotException>(() => broker.JobAsync("job-1"));
        await LookAsync(broker);

        Assert.Equal(2, (await broker.JobAsync("job-1")).LeftCount);
        Assert.Equal(ShotStatus.Rendered, (await broker.ShotAsync("job-1", 0)).Status);
        await FinishAsync(broker);
    }

    [Fact]
    public async Task Loss_SeveralTimes_CountsEpochsUp()
    {
        await using var broker = await HalfDoneAsync();
        for (var number = 2; number <= 4; number++)
        {
            await LoseAllAsync();
            await LookAsync(broker);
            Assert.Equal(number, broker.Get<RebuildGate>().EpochNumber);
        }

        Assert.Equal(3L << 32, broker.Get<RebuildGate>().LastSequence);
        Assert.True((await broker.JobAsync("job-1")).Sequence > 3L << 32);
    }

    [Fact]
    public async Task Rollback_ToBeforeTheClaims_IsRebuiltAndLiveAttemptsGoOn()
    {
        await using var broker = await StartAsync();
        await broker.OpenAsync(Films.Flat("job-1", 3));
        await SnapshotAsync();
        await RenderOneAndClaimTheRestAsync(broker);

        await GoBackAsync();
        await Assert.ThrowsAsync<StoreForgotException>(() => broker.JobAsync("job-1"));
        await LookAsync(broker);

        await FinishAsync(broker);
    }

    [Fact]
    public async Task Rollback_WhileNoBrokerRan_IsNoticedByWhatTheObjectsSay()
    {
        await using var broker = await StartAsync();
        await broker.OpenAsync(Films.Flat("job-1", 3));
        await SnapshotAsync();
        await RenderOneAndClaimTheRestAsync(broker);
        await broker.Get<EpochWatch>().StopAsync(default);

        await GoBackAsync();
        Store.Epochs!.Trust.Adopt(null);
        await LookAsync(broker);

        Assert.Equal(2, broker.Get<RebuildGate>().EpochNumber);
        await FinishAsync(broker);
    }

    [Fact]
    public async Task Rollback_OfJobsThatEnded_ResurrectsNone()
    {
        await using var broker = await StartAsync();
        await broker.OpenAsync(Films.Flat("failed", 1));
        await broker.OpenAsync(Films.Flat("canceled", 1));
        await broker.OpenAsync(Films.Flat("completed", 1));
        await SnapshotAsync();
        await EndAllAsync(broker);

        await GoBackAsync();
        await LookAsync(broker);

        Assert.Equal(JobStatus.Failed, (await broker.JobAsync("failed")).Status);
        Assert.Equal(JobStatus.Canceled, (await broker.JobAsync("canceled")).Status);
        Assert.Equal(JobStatus.Completed, (await broker.JobAsync("completed")).Status);
        Assert.Equal("it is told why", (await broker.JobAsync("failed")).Reason);
    }

    [Fact]
    public async Task Loss_OfJobsThatEndedLongAgo_LeavesThemToTheirRecords()
    {
        await using var broker = await StartAsync();
        foreach (var jobId in (string[])["failed", "canceled", "completed"])
        {
            await broker.OpenAsync(Films.Flat(jobId, 1));
        }

        await EndAllAsync(broker);
        broker.Time.Advance(TimeSpan.FromHours(2));

        await LoseAllAsync();
        await LookAsync(broker);

        Assert.Null(await broker.Ledger.FindJobAsync("completed", default));
        Assert.Equal(0, await broker.Sweep("specs").SweepAsync(default));
        Assert.Equal(JobStatus.Failed, await StatusAsync(broker, "failed"));
        Assert.Equal(JobStatus.Canceled, await StatusAsync(broker, "canceled"));
        var completed = await broker.Intake.GetAsync(new GetJob { JobId = "completed" }, default);
        Assert.Equal(JobStatus.Completed, completed!.Status);
        Assert.NotNull(completed.Files);
        Assert.Equal(ShotStatus.Rendered, Assert.Single(completed.Shots).Status);
    }

    [Fact]
    public async Task Readopt_LeaseThatExpiredInThisEpoch_StaysEnded()
    {
        await using var broker = await HalfDoneAsync();
        await broker.Sweep("leases").SweepAsync(default);
        broker.Time.Advance(TimeSpan.FromSeconds(31));
        await broker.Sweep("leases").SweepAsync(default);
        broker.Time.Advance(TimeSpan.FromSeconds(10));
        await broker.Sweep("delays").SweepAsync(default);
        Assert.Equal(ShotStatus.Ready, (await broker.ShotAsync("job-1", 1)).Status);

        Assert.Equal(LeaseDirective.Lost, await broker.RenewAsync("job-1", 1, "attempt-1"));
    }

    [Fact]
    public async Task Readopt_SecondTime_AfterItsLeaseExpired_StaysEnded()
    {
        await using var broker = await HalfDoneAsync();
        await LoseAllAsync();
        await LookAsync(broker);
        Assert.Equal(LeaseDirective.Continue, await broker.RenewAsync("job-1", 1, "attempt-1"));
        await broker.Sweep("leases").SweepAsync(default);
        broker.Time.Advance(TimeSpan.FromSeconds(31));
        await broker.Sweep("leases").SweepAsync(default);
        broker.Time.Advance(TimeSpan.FromSeconds(10));
        await broker.Sweep("delays").SweepAsync(default);

        Assert.Equal(LeaseDirective.Lost, await broker.RenewAsync("job-1", 1, "attempt-1"));
    }

    internal abstract Task LoseAllAsync();

    internal abstract Task SnapshotAsync();

    internal abstract Task GoBackAsync();

    private static Task LookAsync(TestBroker broker) =>
        broker.Get<EpochWatch>().LookAsync(mayRebuild: true, default);

    private static async Task<JobStatus> StatusAsync(TestBroker broker, string jobId) =>
        (await broker.Intake.GetAsync(new GetJob { JobId = jobId }, default))!.Status;

    private async Task<TestBroker> StartAsync()
    {
        var broker = new TestBroker(Store);
        await LookAsync(broker);
        await broker.AnnounceAsync("worker-1");
        await broker.AnnounceAsync("worker-2");
        return broker;
    }

    /// <summary>Three shots: one rendered, two being rendered.</summary>
    private async Task<TestBroker> HalfDoneAsync()
    {
        var broker = await StartAsync();
        await broker.OpenAsync(Films.Flat("job-1", 3));
        await RenderOneAndClaimTheRestAsync(broker);
        return broker;
    }

    private static async Task RenderOneAndClaimTheRestAsync(TestBroker broker)
    {
        await broker.PumpAsync();
        foreach (var ticket in broker.Tickets())
        {
            var reply = await broker.ClaimAsync(ticket, $"attempt-{ticket.ShotIndex}");
            Assert.NotNull(reply.Claimed);
        }

        await broker.CommitAsync("job-1", 0, "attempt-0");
    }

    /// <summary>The two attempts go on; nothing is dispatched; the film is made of them.</summary>
    private static async Task FinishAsync(TestBroker broker)
    {
        var ticketCount = broker.Tickets().Count;
        await broker.AnnounceAsync("worker-3");
        await broker.PumpAsync();
        Assert.Equal(ticketCount, broker.Tickets().Count);
        Assert.Equal(LeaseDirective.Continue, await broker.RenewAsync("job-1", 1, "attempt-1"));
        Assert.Equal(
            LeaseDirective.Continue, await broker.RenewAsync("job-1", 2, "attempt-2", 3));
        Assert.Equal(LeaseDirective.Lost, await broker.RenewAsync("job-1", 2, "another"));
        broker.Time.Advance(TimeSpan.FromSeconds(31));
        await broker.PumpAsync();
        Assert.Equal(ticketCount, broker.Tickets().Count);
        Assert.Equal(3, (await broker.ShotAsync("job-1", 2)).AttemptCount);

        await broker.CommitAsync("job-1", 1, "attempt-1");
        await broker.CommitAsync("job-1", 2, "attempt-2");
        await broker.RelayAsync();

        Assert.Equal(JobStatus.Stitching, (await broker.JobAsync("job-1")).Status);
        Assert.Single(broker.Bus.StitchOrders);
        await broker.Finisher.CompleteAsync(
            Reels.Of("job-1", "attempt-0", "attempt-1", "attempt-2"), default);
        Assert.Equal(JobStatus.Completed, (await broker.JobAsync("job-1")).Status);
    }

    /// <summary>One of each end, for jobs of those names.</summary>
    private static async Task EndAllAsync(TestBroker broker)
    {
        await broker.Intake.CancelAsync(new CancelJob { JobId = "canceled" }, default);
        await broker.CommitAsync("completed", 0, "attempt-1");
        var reel = Reels.Of("completed", "attempt-1");
        await broker.Objects.PutIfAbsentAsync(
            ObjectKeys.FinalReel(Films.Tenant, "completed", 1),
            JsonSerializer.SerializeToUtf8Bytes(reel, FarmJson.Options),
            "application/json",
            default);
        await broker.Finisher.CompleteAsync(reel, default);
        await broker.Ledger.ApplyAsync(
            "failed", new JobEvent.ShotLost("shot-1", "it is told why"), default);
        await broker.Get<JobProgression>().CarryOnAsync(await broker.JobAsync("failed"), default);
    }
}
