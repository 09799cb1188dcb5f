using System.Text.Json;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

public sealed class SweepTests
{
    [Fact]
    public async Task Leases_CounterStandsStill_EndsAfterTheLease()
    {
        await using var broker = await ClaimedAsync();
        var leases = broker.Sweep("leases");
        await leases.SweepAsync(default);

        broker.Time.Advance(TimeSpan.FromSeconds(29));
        await leases.SweepAsync(default);
        Assert.Equal(ShotStatus.Leased, (await broker.ShotAsync("job-1", 0)).Status);

        broker.Time.Advance(TimeSpan.FromSeconds(2));
        await leases.SweepAsync(default);

        var shot = await broker.ShotAsync("job-1", 0);
        Assert.Equal((ShotStatus.Delayed, 1), (shot.Status, shot.FailureCount));
        await broker.RelayAsync();
        Assert.Contains(
            "leaseExpired", broker.Bus.Events.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leases_Renewed_GoOnForEver()
    {
        await using var broker = await ClaimedAsync();
        for (var i = 0; i < 20; i++)
        {
            await broker.Sweep("leases").SweepAsync(default);
            broker.Time.Advance(TimeSpan.FromSeconds(20));
            await broker.RenewAsync(broker.Tickets()[0], "attempt-1");
        }

        Assert.Equal(ShotStatus.Leased, (await broker.ShotAsync("job-1", 0)).Status);
    }

    [Fact]
    public async Task Leases_BrokerRestarted_BeginToBeWatchedAnew()
    {
        await using var broker = await ClaimedAsync();
        broker.Time.Advance(TimeSpan.FromHours(1));

        await broker.Sweep("leases").SweepAsync(default);

        Assert.Equal(ShotStatus.Leased, (await broker.ShotAsync("job-1", 0)).Status);
    }

    [Fact]
    public async Task Leases_WorkerDiedAfterItsCommit_AreEndedByTheClip()
    {
        await using var broker = await ClaimedAsync();
        await broker.AcceptClipAsync("job-1", 0, "attempt-1");
        await broker.Sweep("leases").SweepAsync(default);
        broker.Time.Advance(TimeSpan.FromSeconds(31));

        await broker.Sweep("leases").SweepAsync(default);

        var shot = await broker.ShotAsync("job-1", 0);
        Assert.Equal((ShotStatus.Rendered, 0), (shot.Status, shot.FailureCount));
        Assert.False(shot.Cached);
        Assert.Equal(JobStatus.Stitching, (await broker.JobAsync("job-1")).Status);
    }

    [Fact]
    public async Task Tickets_UnclaimedWithAnIdleWorker_AreIssuedAgain()
    {
        await using var broker = await OpenAsync();
        await broker.Sweep("tickets").SweepAsync(default);
        broker.Time.Advance(TimeSpan.FromSeconds(61));
        await broker.AnnounceAsync("worker-1");

        await broker.Sweep("tickets").SweepAsync(default);
        await broker.PumpAsync();

        var tickets = broker.Tickets();
        Assert.Equal(2, tickets.Count);
        Assert.NotEqual(tickets[0].DispatchId, tickets[1].DispatchId);
        Assert.NotNull((await broker.ClaimAsync(tickets[0], "late")).Refused);
        Assert.NotNull((await broker.ClaimAsync(tickets[1], "attempt-1")).Claimed);
    }

    [Fact]
    public async Task Tickets_ClockOfTheSweeperJumpsAhead_AreLeftAlone()
    {
        await using var broker = await OpenAsync();
        broker.Time.Advance(TimeSpan.FromHours(1));
        await broker.AnnounceAsync("worker-1");

        // The Broker that sweeps sees this ticket for the first time.
        await broker.Sweep("tickets").SweepAsync(default);

        Assert.NotNull((await broker.ClaimAsync(broker.Tickets()[0], "attempt-1")).Claimed);
    }

    [Fact]
    public async Task Tickets_UnclaimedWhileEveryWorkerIsBusy_Wait()
    {
        await using var broker = await OpenAsync();
        await broker.Sweep("tickets").SweepAsync(default);
        broker.Time.Advance(TimeSpan.FromHours(1));
        await broker.AnnounceAsync("worker-1", busy: true);

        await broker.Sweep("tickets").SweepAsync(default);
        await broker.PumpAsync();

        Assert.Single(broker.Tickets());
    }

    [Fact]
    public async Task Jobs_CutNotWrittenWhenTheLastClipCame_AreStitchedLater()
    {
        await using var broker = await ClaimedAsync();
        broker.Objects.Fault = key =>
        {
            if (key.EndsWith("cut-list.json", StringComparison.Ordinal))
            {
                throw new IOException("the store does not answer");
            }
        };
        await Assert.ThrowsAsync<IOException>(
            () => broker.CommitAsync("job-1", 0, "attempt-1"));
        Assert.Equal(JobStatus.Rendering, (await broker.JobAsync("job-1")).Status);
        broker.Objects.Fault = _ => { };

        await broker.Sweep("jobs").SweepAsync(default);
        await broker.Sweep("jobs").SweepAsync(default);
        await broker.RelayAsync();

        Assert.Equal(JobStatus.Stitching, (await broker.JobAsync("job-1")).Status);
        Assert.Single(broker.Bus.StitchOrders);
    }

    [Fact]
    public async Task Jobs_StitcherNeverAnswered_AreAskedForAgain()
    {
        await using var broker = await StitchingAsync();
        broker.Time.Advance(TimeSpan.FromMinutes(11));

        await broker.Sweep("jobs").SweepAsync(default);
        await broker.RelayAsync();

        Assert.Equal(2, broker.Bus.StitchOrders.Count());
    }

    [Fact]
    public async Task Jobs_ReelThereAndNobodySaidSo_AreCompleted()
    {
        await using var broker = await StitchingAsync();
        await broker.Objects.PutIfAbsentAsync(
            ObjectKeys.FinalReel(Films.Tenant, "job-1", 1),
            JsonSerializer.SerializeToUtf8Bytes(Reels.Of("job-1", "attempt-1"), FarmJson.Options),
            "application/json",
            default);
        broker.Time.Advance(TimeSpan.FromMinutes(11));

        await broker.Sweep("jobs").SweepAsync(default);
        await broker.RelayAsync();

        Assert.Equal(JobStatus.Completed, (await broker.JobAsync("job-1")).Status);
        Assert.Single(broker.Bus.StitchOrders);
    }

    [Fact]
    public async Task Specs_WithoutState_AreBegun()
    {
        await using var broker = new TestBroker();
        await broker.Get<SpecFiles>().TryWriteAsync(Films.Flat("job-1", 2), default);
        await broker.AcceptClipAsync("job-1", 1, "elsewhere");

        var count = await broker.Sweep("specs").SweepAsync(default);

        Assert.Equal(1, count);
        Assert.Equal(1, (await broker.JobAsync("job-1")).LeftCount);
        Assert.Equal(0, await broker.Sweep("specs").SweepAsync(default));
    }

    [Fact]
    public async Task Specs_OfAJobThatWasStopped_StayStopped()
    {
        await using var broker = new TestBroker();
        await broker.Get<SpecFiles>().TryWriteAsync(Films.Flat("job-1", 2), default);
        await broker.Objects.PutIfAbsentAsync(
            ObjectKeys.JobCancel(Films.Tenant, "job-1"), "{}"u8.ToArray(), "text/json", default);

        await broker.Sweep("specs").SweepAsync(default);

        Assert.Equal(JobStatus.Canceled, (await broker.JobAsync("job-1")).Status);
    }

    [Fact]
    public async Task Specs_WhereJobsAreNotResumed_AreLeftAlone()
    {
        await using var broker = new TestBroker(null, ("Broker:ResumeJobs", "false"));
        await broker.Get<SpecFiles>().TryWriteAsync(Films.Flat("job-1", 2), default);

        Assert.Equal(0, await broker.Sweep("specs").SweepAsync(default));
    }

    private static async Task<TestBroker> OpenAsync()
    {
        var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 1));
        await broker.PumpAsync();
        return broker;
    }

    private static async Task<TestBroker> ClaimedAsync()
    {
        var broker = await OpenAsync();
        await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");
        return broker;
    }

    private static async Task<TestBroker> StitchingAsync()
    {
        var broker = await ClaimedAsync();
        await broker.CommitAsync("job-1", 0, "attempt-1");
        await broker.RelayAsync();
        return broker;
    }
}
