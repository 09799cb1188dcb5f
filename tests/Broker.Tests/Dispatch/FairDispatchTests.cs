using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>Tenants that share a queue's workers.</summary>
public sealed class FairDispatchTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly (string, string)[] TwoTenants =
        [("Jobs:Tenants:acme", "3"), ("Jobs:Tenants:zenith", "1"), ("Broker:LookAhead", "0")];

    [Fact]
    public async Task Fill_TwoTenants_GivesTicketsByWeight()
    {
        await using var broker = new TestBroker(null, TwoTenants);

        await AssertSharedAsync(broker);
    }

    [Fact]
    public async Task Fill_TwoTenantsOnRedis_GivesTicketsByWeight()
    {
        using var store = await RedisFixture.ConnectAsync(await redis.FreshUrlAsync());
        await using var broker = new TestBroker(store, TwoTenants);

        await AssertSharedAsync(broker);
    }

    [Fact]
    public async Task Fill_AnotherBrokerGoesOn_KnowsWhatEachHasHad()
    {
        var store = new MemoryJobStore();
        await using var one = new TestBroker(store, TwoTenants);
        await using var other = new TestBroker(store, one.Objects, TwoTenants);
        await OpenAsync(one);
        await one.AnnounceAsync("worker-0");

        for (var turn = 0; turn < 8; turn++)
        {
            var broker = turn % 2 == 0 ? one : other;
            await broker.PumpAsync();
            await broker.ClaimAsync(broker.Tickets().Last(), $"attempt-{turn}");
        }

        Assert.Equal(6, (one.Tickets().Concat(other.Tickets())).Count(t => t.JobId == "of-acme"));
    }

    [Fact]
    public async Task Fill_BatchBesideInteractive_HasItsFloorAcrossFills()
    {
        await using var broker = new TestBroker(null, ("Broker:LookAhead", "0"));
        await broker.OpenAsync(
            Films.Flat("now", 60) with { Priority = JobPriority.Interactive });
        await broker.OpenAsync(Films.Flat("batch", 60) with { Priority = JobPriority.Batch });
        await broker.AnnounceAsync("worker-0");

        for (var turn = 0; turn < 42; turn++)
        {
            await broker.PumpAsync();
            await broker.ClaimAsync(broker.Tickets().Last(), $"attempt-{turn}");
        }

        Assert.Equal(2, broker.Tickets().Count(t => t.JobId == "batch"));
    }

    private static async Task AssertSharedAsync(TestBroker broker)
    {
        await OpenAsync(broker);
        for (var worker = 0; worker < 12; worker++)
        {
            await broker.AnnounceAsync($"worker-{worker}");
        }

        await broker.PumpAsync();

        Assert.Equal(12, broker.Tickets().Count);
        Assert.Equal(9, broker.Tickets().Count(t => t.JobId == "of-acme"));
        Assert.Equal(ShotStatus.Ready, (await broker.ShotAsync("of-zenith", 0)).Status);
    }

    private static async Task OpenAsync(TestBroker broker)
    {
        await broker.OpenAsync(Films.Flat("of-acme", 20) with { PayingTenant = "acme" });
        await broker.OpenAsync(Films.Flat("of-zenith", 20) with { PayingTenant = "zenith" });
    }
}
