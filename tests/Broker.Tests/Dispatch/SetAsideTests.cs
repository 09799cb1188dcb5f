using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>Workers that fail again and again, at the desk and in the dispatcher.</summary>
public sealed class SetAsideTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private int lastAttempt;

    [Fact]
    public async Task Claim_AfterThreeFailures_IsRefusedWithItsReason()
    {
        await using var broker = await BrokenAsync(["worker-1", "worker-2"]);

        var reply = await broker.ClaimAsync(
            await OpenTicketAsync(broker), "attempt-x", "worker-1");

        Assert.Contains("set aside", reply.Refused!.Reason, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(1), reply.Refused.RestTime);
    }

    [Fact]
    public async Task Claim_RefusedToWorkerSetAside_IssuesTheShotAgainSoon()
    {
        await using var broker = await BrokenAsync(["worker-1", "worker-2"]);
        var ticket = await OpenTicketAsync(broker);
        await broker.ClaimAsync(ticket, "attempt-x", "worker-1");
        await broker.ClaimAsync(await OpenTicketAsync(broker), "attempt-2", "worker-2");
        await broker.ClaimAsync(await OpenTicketAsync(broker), "attempt-3", "worker-2");

        await NextAsync(broker, TimeSpan.FromSeconds(3), "worker-2");
        var again = broker.Tickets().Last(t => t.ShotIndex == ticket.ShotIndex);
        var reply = await broker.ClaimAsync(again, "attempt-y", "worker-2");

        Assert.NotEqual(ticket.DispatchId, again.DispatchId);
        Assert.NotNull(reply.Claimed);
    }

    [Fact]
    public async Task Claim_AfterTheRest_IsGrantedOnceAsACanary()
    {
        await using var broker = await BrokenAsync(["worker-1"]);
        await NextAsync(broker, TimeSpan.FromSeconds(61), "worker-1");
        var ticket = await OpenTicketAsync(broker);

        var canary = await broker.ClaimAsync(ticket, "attempt-canary", "worker-1");
        var same = await broker.ClaimAsync(ticket, "attempt-canary", "worker-1");
        await NextAsync(broker, TimeSpan.FromSeconds(3), "worker-1");
        var other = await OpenTicketAsync(broker);
        var second = await broker.ClaimAsync(other, "attempt-2nd", "worker-1");

        Assert.NotNull(canary.Claimed);
        Assert.NotNull(same.Claimed);
        Assert.Contains("is out", second.Refused!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Canary_Commits_BringsTheWorkerBack()
    {
        await using var broker = await BrokenAsync(["worker-1"]);
        await NextAsync(broker, TimeSpan.FromSeconds(61), "worker-1");
        var ticket = await OpenTicketAsync(broker);
        await broker.ClaimAsync(ticket, "attempt-canary", "worker-1");

        await broker.CommitAsync("job-1", ticket.ShotIndex, "attempt-canary");

        Assert.Null(await StandingAsync(broker));
        Assert.Equal(0, await broker.Store.CountIndexAsync(
            IndexKeys.SetAside(Films.Queue), 0, default));
    }

    [Fact]
    public async Task Canary_Fails_RestsLonger()
    {
        await using var broker = await BrokenAsync(["worker-1"]);
        await NextAsync(broker, TimeSpan.FromSeconds(61), "worker-1");
        var ticket = await OpenTicketAsync(broker);
        await broker.ClaimAsync(ticket, "attempt-canary", "worker-1");

        await broker.FailAsync(ticket, "attempt-canary");

        Assert.Equal(
            broker.Time.GetUtcNow() + TimeSpan.FromMinutes(2),
            (await StandingAsync(broker))!.RestUntil);
    }

    [Fact]
    public async Task Canary_LostWithoutAVerdict_LeavesItsSeat()
    {
        await using var broker = await BrokenAsync(["worker-1"]);
        await NextAsync(broker, TimeSpan.FromSeconds(61), "worker-1");
        var ticket = await OpenTicketAsync(broker);
        await broker.ClaimAsync(ticket, "attempt-canary", "worker-1");
        await broker.FailAsync(ticket, "attempt-canary", RenderError.StoreTrouble);

        await NextAsync(broker, TimeSpan.FromMinutes(1), "worker-1");
        var next = await broker.ClaimAsync(
            await OpenTicketAsync(broker), "attempt-next", "worker-1");

        Assert.NotNull(next.Claimed);
    }

    [Fact]
    public async Task Room_WithAWorkerSetAside_CountsOnlyTheOthers()
    {
        await using var broker = await BrokenAsync(["worker-1", "worker-2", "worker-3"]);
        var roster = broker.Get<WorkerRoster>();

        var withOthers = await roster.CountAsync(Films.Queue, default);
        await broker.AnnounceAsync("worker-2", leaving: true);
        await broker.AnnounceAsync("worker-3", leaving: true);
        var alone = await roster.CountAsync(Films.Queue, default);

        Assert.Equal((2, 1), (withOthers, alone));
        Assert.Empty(await roster.FindWellAsync(Films.Queue, default));
    }

    [Fact]
    public async Task Standing_OfAnotherQueue_IsUntouched()
    {
        await using var broker = await BrokenAsync(["worker-1"]);

        Assert.Null(await broker.Store.LoadAsync<WorkerStanding>(
            RecordKeys.Standing("worker-1", "render.other"), default));
    }

    [Fact]
    public async Task Standing_BrokerRestartsOnRedis_IsKept()
    {
        var url = await redis.FreshUrlAsync();
        using (var store = await RedisFixture.ConnectAsync(url))
        {
            await using var broker = await BrokenAsync(["worker-1"], store);
        }

        using var again = await RedisFixture.ConnectAsync(url);
        await using var next = new TestBroker(again);

        Assert.Equal(3, (await StandingAsync(next))!.FailureCount);
        Assert.Equal(1, await again.CountIndexAsync(IndexKeys.SetAside(Films.Queue), 0, default));
    }

    [Fact]
    public async Task Standing_ADayWithoutNews_IsForgotten()
    {
        await using var broker = await BrokenAsync(["worker-1"]);
        broker.Time.Advance(TimeSpan.FromHours(25));

        await broker.Sweep("tickets").SweepAsync(default);

        Assert.Null(await StandingAsync(broker));
    }

    /// <summary>A Broker with many shots whose worker-1 failed three of them in a row.</summary>
    private async Task<TestBroker> BrokenAsync(string[] workerIds, IJobStore? store = null)
    {
        var broker = new TestBroker(store);
        await broker.OpenAsync(Films.Flat("job-1", 12));
        await NextAsync(broker, TimeSpan.Zero, workerIds);
        for (var number = 0; number < 3; number++)
        {
            var ticket = await OpenTicketAsync(broker);
            var attemptId = $"attempt-{++lastAttempt}";
            Assert.NotNull((await broker.ClaimAsync(ticket, attemptId, "worker-1")).Claimed);
            await broker.FailAsync(ticket, attemptId, RenderError.DeviceLost);
            await NextAsync(broker, TimeSpan.Zero, workerIds);
        }

        return broker;
    }

    /// <summary>The ticket that went out last and was not claimed.</summary>
    private static async Task<RenderShot> OpenTicketAsync(TestBroker broker)
    {
        foreach (var ticket in broker.Tickets().AsEnumerable().Reverse())
        {
            var shot = await broker.ShotAsync(ticket.JobId, ticket.ShotIndex);
            if (shot.DispatchId == ticket.DispatchId)
            {
                return ticket;
            }
        }

        throw new InvalidOperationException("there must be a ticket, and is none");
    }

    private static async Task<WorkerStanding?> StandingAsync(TestBroker broker) =>
        (await broker.Store.LoadAsync<WorkerStanding>(
            RecordKeys.Standing("worker-1", Films.Queue), default))?.State;

    private static async Task NextAsync(
        TestBroker broker, TimeSpan after, params string[] workerIds)
    {
        broker.Time.Advance(after);
        foreach (var workerId in workerIds)
        {
            await broker.AnnounceAsync(workerId);
        }

        await broker.Sweep("delays").SweepAsync(default);
        await broker.PumpAsync();
    }
}
