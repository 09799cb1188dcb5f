using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>Which of unlike workers gets a shot.</summary>
public sealed class ShotPlacementTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private int lastAttempt;

    [Fact]
    public async Task Claim_ShotRanOutOfMemoryOnRedis_GoesToALargerWorkerHoweverLate()
    {
        using var store = await RedisFixture.ConnectAsync(await redis.FreshUrlAsync());
        await using var broker = new TestBroker(store);
        await broker.OpenAsync(Films.Flat("film", 1));
        await RunOutAsync(broker, "small-1");

        for (var time = 0; time < 8; time++)
        {
            var refused = (await ClaimAsync(broker, "small-2")).Refused!;
            Assert.Contains("memory", refused.Reason, StringComparison.Ordinal);
        }

        Assert.Equal(2, (await ClaimAsync(broker, "large")).Claimed!.AttemptNumber);
    }

    [Fact]
    public async Task Claim_AnotherShotOfThatSizeByAnotherBroker_IsNotTriedThere()
    {
        await using var one = new TestBroker();
        await one.OpenAsync(Films.Flat("film", 1));
        await RunOutAsync(one, "small-1");
        await one.Sweep("history").SweepAsync(default);
        await using var other = new TestBroker(one.Store, one.Objects);
        await other.OpenAsync(Films.Flat("next", 1));

        Assert.NotNull((await ClaimAsync(other, "small-2")).Refused);
        Assert.NotNull((await ClaimAsync(other, "large")).Claimed);
    }

    [Fact]
    public async Task Claim_NoLargerWorkerThere_IsTriedWhereItCanBe()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("film", 1));
        await RunOutAsync(broker, "small-1");
        await broker.AnnounceAsync("large", leaving: true);

        var reply = await ClaimAsync(broker, "small-2", withLarge: false);

        Assert.NotNull(reply.Claimed);
    }

    [Theory]
    [InlineData(1, false, false)] // the fast one is idle
    [InlineData(1, true, false)] // it is busy, and soon free
    [InlineData(30, true, true)] // it is wanted by many
    [InlineData(30, false, true)]
    public async Task Claim_BySlowWorker_IsGrantedWhereTheFastOneIsNotSooner(
        int shotCount, bool fastIsBusy, bool isGranted)
    {
        await using var broker = new TestBroker(null, ("Broker:LookAhead", "8"));
        await broker.OpenAsync(Films.Flat("film", shotCount));
        await LearnAsync(broker);

        var reply = await ClaimAsync(broker, "slow", fastIsBusy: fastIsBusy);

        Assert.Equal(isGranted, reply.Claimed is not null);
    }

    [Fact]
    public async Task Claim_FastWorkerNeverComes_IsGrantedToTheSlowOneInTheEnd()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("film", 1));
        await LearnAsync(broker);
        var refusedCount = 0;
        while ((await ClaimAsync(broker, "slow")).Claimed is null)
        {
            refusedCount++;
        }

        Assert.Equal(new RuleLimits().PassOverLimit, refusedCount);
    }

    [Fact]
    public async Task Claim_SpeedsNotKnownYet_IsGranted()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("film", 1));

        Assert.NotNull((await ClaimAsync(broker, "slow")).Claimed);
    }

    private async Task RunOutAsync(TestBroker broker, string workerId)
    {
        var granted = await ClaimAsync(broker, workerId);
        await broker.FailAsync(
            broker.Tickets().Last(),
            granted.Claimed!.AttemptId,
            RenderError.OutOfMemory,
            workerId);
    }

    /// <summary>Eight shots of 100 s on slow workers, and eight of 10 s on fast ones.</summary>
    private static async Task LearnAsync(TestBroker broker)
    {
        var shot = await broker.ShotAsync("film", 0);
        var clip = Films.Clip("key", "attempt");
        var history = broker.Get<FarmHistory>();
        for (var time = 0; time < 8; time++)
        {
            history.Learn(
                shot, clip with { Rendering = TimeSpan.FromSeconds(100) }, ("Slow", 24));
            history.Learn(shot, clip with { Rendering = TimeSpan.FromSeconds(10) }, ("Fast", 80));
        }
    }

    /// <summary>Some time passes, and a worker claims the ticket that went out last.</summary>
    private async Task<ClaimReply> ClaimAsync(
        TestBroker broker, string workerId, bool withLarge = true, bool fastIsBusy = false)
    {
        broker.Time.Advance(TimeSpan.FromSeconds(6));
        foreach (var small in (string[])["small-1", "small-2", "slow"])
        {
            await broker.AnnounceAsync(small, gpu: "Slow", memoryGib: 24);
        }

        if (withLarge)
        {
            await broker.AnnounceAsync("large", fastIsBusy, gpu: "Fast", memoryGib: 80);
        }

        await broker.Sweep("delays").SweepAsync(default);
        await broker.PumpAsync();
        lastAttempt++;
        return await broker.ClaimAsync(broker.Tickets().Last(), $"attempt-{lastAttempt}", workerId);
    }
}
