using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

public sealed class ShotDeskTests
{
    [Fact]
    public async Task Claim_ValidTicket_GrantsTheWholeTask()
    {
        await using var broker = await OneShotAsync();

        var reply = await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");

        var claimed = reply.Claimed!;
        Assert.Equal(("attempt-1", 1), (claimed.AttemptId, claimed.AttemptNumber));
        Assert.Equal(("shot-1", Films.Tenant), (claimed.ShotId, claimed.TenantId));
        Assert.Equal(Films.RenderKey("job-1", 0), claimed.Task.RenderKey);
        Assert.Equal(TimeSpan.FromSeconds(30), claimed.LeaseDuration);
    }

    [Fact]
    public async Task Claim_SentTwice_IsGrantedOnce()
    {
        await using var broker = await OneShotAsync();
        var ticket = broker.Tickets()[0];

        var first = await broker.ClaimAsync(ticket, "attempt-1");
        var second = await broker.ClaimAsync(ticket, "attempt-1");

        Assert.Equal(first.Claimed!.AttemptNumber, second.Claimed!.AttemptNumber);
        Assert.Equal(1, (await broker.ShotAsync("job-1", 0)).AttemptCount);
    }

    [Fact]
    public async Task Claim_TicketInTwoHands_IsGrantedToOne()
    {
        await using var broker = await OneShotAsync();
        var ticket = broker.Tickets()[0];

        var first = await broker.ClaimAsync(ticket, "attempt-1", "worker-1");
        var second = await broker.ClaimAsync(ticket, "attempt-2", "worker-2");

        Assert.NotNull(first.Claimed);
        Assert.NotNull(second.Refused);
    }

    [Fact]
    public async Task Claim_UnknownJob_IsRefused()
    {
        await using var broker = new TestBroker();

        var reply = await broker.ClaimAsync(
            new RenderShot { JobId = "nobody", ShotIndex = 0, DispatchId = "none" }, "attempt-1");

        Assert.NotNull(reply.Refused);
    }

    [Fact]
    public async Task Claim_DoneShot_IsRefused()
    {
        await using var broker = await OneShotAsync();
        await broker.CommitAsync("job-1", 0, "elsewhere");

        Assert.NotNull((await broker.ClaimAsync(broker.Tickets()[0], "attempt-1")).Refused);
    }

    [Fact]
    public async Task Claim_WorkerThatFailedIt_IsPassedOverForALiveOne()
    {
        await using var broker = await OneShotAsync();
        await broker.AnnounceAsync("worker-1");
        await broker.AnnounceAsync("worker-2");
        await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");
        await broker.FailAsync(broker.Tickets()[0], "attempt-1");
        var ticket = await NextTicketAsync(broker, TimeSpan.FromSeconds(6));

        var again = await broker.ClaimAsync(ticket, "attempt-2", "worker-1");
        var next = await NextTicketAsync(broker, TimeSpan.FromSeconds(3));
        var other = await broker.ClaimAsync(next, "attempt-3", "worker-2");

        Assert.NotNull(again.Refused);
        Assert.Equal(2, other.Claimed!.AttemptNumber);
    }

    [Fact]
    public async Task Renew_HeldLease_GoesOnAndTellsClients()
    {
        await using var broker = await OneShotAsync();
        await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");

        var directive = await broker.RenewAsync(broker.Tickets()[0], "attempt-1");

        Assert.Equal(LeaseDirective.Continue, directive);
        Assert.Equal(1, (await broker.ShotAsync("job-1", 0)).Attempt!.RenewalCount);
    }

    [Fact]
    public async Task Renew_CanceledJob_TellsTheWorkerToStop()
    {
        await using var broker = await OneShotAsync();
        await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");

        await broker.Intake.CancelAsync(new CancelJob { JobId = "job-1" }, default);

        Assert.Equal(
            LeaseDirective.Cancel, await broker.RenewAsync(broker.Tickets()[0], "attempt-1"));
    }

    [Fact]
    public async Task Renew_LostLease_TellsTheWorkerSo()
    {
        await using var broker = await OneShotAsync();
        await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");
        await broker.FailAsync(broker.Tickets()[0], "attempt-1");

        Assert.Equal(
            LeaseDirective.Lost, await broker.RenewAsync(broker.Tickets()[0], "attempt-1"));
    }

    [Fact]
    public async Task Committed_WithoutARecordInTheStore_ChangesNothing()
    {
        await using var broker = await OneShotAsync();
        await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");

        await broker.Desk.CommittedAsync(
            new AttemptCommitted
            {
                JobId = "job-1",
                ShotIndex = 0,
                AttemptId = "attempt-1",
                Clip = Films.Clip(Films.RenderKey("job-1", 0), "attempt-1"),
            },
            default);

        Assert.Equal(ShotStatus.Leased, (await broker.ShotAsync("job-1", 0)).Status);
    }

    [Fact]
    public async Task Committed_WhereAnotherAttemptWasFirst_TakesThatOne()
    {
        await using var broker = await OneShotAsync();
        await broker.AcceptClipAsync("job-1", 0, "first");

        await broker.CommitAsync("job-1", 0, "second");

        Assert.Equal("first", (await broker.ShotAsync("job-1", 0)).Clip!.AttemptId);
    }

    [Fact]
    public async Task Failed_Often_FailsTheJobAndCancelsTheRest()
    {
        await using var broker = new TestBroker(null, ("Broker:WorkerLimit", "20"));
        await broker.OpenAsync(Films.Spec("job-1", [], [0], []));
        await broker.PumpAsync();
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            var ticket = broker.Tickets().Last(t => t.ShotIndex == 0);
            await broker.ClaimAsync(ticket, $"attempt-{attempt}");
            await broker.FailAsync(ticket, $"attempt-{attempt}");
            broker.Time.Advance(TimeSpan.FromMinutes(5));
            await broker.Sweep("delays").SweepAsync(default);
            await broker.PumpAsync();

            // The other shot's ticket must not take the only place.
            var other = broker.Tickets().LastOrDefault(t => t.ShotIndex == 2);
            if (other is not null && attempt == 1)
            {
                await broker.ClaimAsync(other, "attempt-other", "worker-2");
                await broker.PumpAsync();
            }
        }

        var snapshot = await broker.Intake.GetAsync(new GetJob { JobId = "job-1" }, default);
        Assert.Equal(JobStatus.Failed, snapshot!.Status);
        Assert.Equal(
            [ShotStatus.Failed, ShotStatus.Canceled, ShotStatus.Canceled],
            snapshot.Shots.Select(s => s.Status));
        Assert.True((await broker.JobAsync("job-1")).Closed);
        Assert.Equal(
            ["JobAccepted", .. Enumerable.Repeat("ShotFailed", 5), "JobFailed"],
            broker.Bus.EventTypes("job-1"));
    }

    [Fact]
    public async Task HandedBack_Shot_IsIssuedAgainAtOnce()
    {
        await using var broker = await OneShotAsync();
        var ticket = broker.Tickets()[0];
        await broker.ClaimAsync(ticket, "attempt-1");

        await broker.Desk.HandedBackAsync(
            new AttemptHandedBack
            {
                JobId = "job-1",
                ShotIndex = 0,
                AttemptId = "attempt-1",
                WorkerId = "worker-1",
            },
            default);
        await broker.PumpAsync();

        Assert.Equal(2, broker.Tickets().Count);
        Assert.Equal(0, (await broker.ShotAsync("job-1", 0)).FailureCount);
    }

    [Fact]
    public async Task Apply_SomebodyElseFaster_TriesAgain()
    {
        var store = new FakeForgetfulStore(new MemoryJobStore());
        await using var broker = new TestBroker(store);
        await broker.OpenAsync(Films.Flat("job-1", 1));
        await broker.PumpAsync();
        var losses = 3;
        store.Loses = () => losses-- > 0;

        var reply = await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");

        Assert.NotNull(reply.Claimed);
        Assert.True(losses < 0);
    }

    private static async Task<TestBroker> OneShotAsync()
    {
        var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 1));
        await broker.PumpAsync();
        return broker;
    }

    private static async Task<RenderShot> NextTicketAsync(TestBroker broker, TimeSpan after)
    {
        broker.Time.Advance(after);
        await broker.AnnounceAsync("worker-1");
        await broker.AnnounceAsync("worker-2");
        await broker.Sweep("delays").SweepAsync(default);
        await broker.PumpAsync();
        return broker.Tickets()[^1];
    }
}
