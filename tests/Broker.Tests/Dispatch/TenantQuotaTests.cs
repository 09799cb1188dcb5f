using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Planning;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>Tenants with a limit of shots that are out at once.</summary>
public sealed class TenantQuotaTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly (string, string)[] Terms =
    [
        ("Jobs:Tenants:acme", "3"),
        ("Jobs:Tenants:zenith", "1"),
        ("Broker:RunningLimits:acme", "2"),
        ("Broker:LookAhead", "0"),
    ];

    [Fact]
    public async Task Fill_TenantAtItsLimit_GetsATicketForEachClip()
    {
        await using var broker = new TestBroker(null, Terms);
        await broker.OpenAsync(OfAcme("film", 9));
        await AnnounceAsync(broker, 6);

        await broker.PumpAsync();
        var tickets = broker.Tickets();
        await broker.ClaimAsync(tickets[0], "attempt-0");
        await broker.ClaimAsync(tickets[1], "attempt-1");
        await broker.PumpAsync();
        var atTheLimit = broker.Tickets().Count;
        await broker.CommitAsync("film", tickets[0].ShotIndex, "attempt-0");
        await broker.PumpAsync();

        Assert.Equal((2, 2, 3), (tickets.Count, atTheLimit, broker.Tickets().Count));
    }

    [Fact]
    public async Task Fill_BesideAnotherTenantOnRedis_LeavesTheRestToIt()
    {
        using var store = await RedisFixture.ConnectAsync(await redis.FreshUrlAsync());
        await using var broker = new TestBroker(store, Terms);
        await broker.OpenAsync(OfAcme("of-acme", 20));
        await broker.OpenAsync(Films.Flat("of-zenith", 20) with { PayingTenant = "zenith" });
        await AnnounceAsync(broker, 12);

        await broker.PumpAsync();

        Assert.Equal(12, broker.Tickets().Count);
        Assert.Equal(2, broker.Tickets().Count(ticket => ticket.JobId == "of-acme"));
    }

    [Fact]
    public async Task Fill_TwoBrokersOnRedis_KeepTheLimitTogether()
    {
        using var store = await RedisFixture.ConnectAsync(await redis.FreshUrlAsync());
        await using var one = new TestBroker(store, Terms);
        await using var other = new TestBroker(store, one.Objects, Terms);
        await one.OpenAsync(OfAcme("film", 20));
        await one.OpenAsync(OnGpu("gpu-film", 20));
        await AnnounceAsync(one, 12);
        await one.AnnounceAsync("gpu", queue: (await one.JobAsync("gpu-film")).Queue);

        await Task.WhenAll(
            one.Get<Dispatcher>().FillAsync(default),
            other.Get<Dispatcher>().FillAsync(default));

        var count = await store.CountIndexAsync(
            IndexKeys.Out("acme"), double.NegativeInfinity, default);
        Assert.Equal(2, count);
    }

    [Fact]
    public async Task Fill_QueueWithoutWorkers_TakesNothingOfTheLimit()
    {
        await using var broker = new TestBroker(null, Terms);
        await broker.OpenAsync(OnGpu("gpu-film", 5));
        await broker.OpenAsync(OfAcme("film", 5));
        await AnnounceAsync(broker, 4);

        await broker.PumpAsync();

        Assert.Equal(["film", "film"], broker.Tickets().Select(ticket => ticket.JobId));
    }

    [Fact]
    public async Task Tickets_LastWorkerWentAway_GivesTheLimitBack()
    {
        await using var broker = new TestBroker(null, Terms);
        await broker.OpenAsync(OnGpu("gpu-film", 5));
        var queue = (await broker.JobAsync("gpu-film")).Queue;
        await broker.AnnounceAsync("gpu-1", queue: queue);
        await broker.AnnounceAsync("gpu-2", queue: queue);
        await broker.PumpAsync();
        await broker.AnnounceAsync("gpu-1", leaving: true, queue: queue);
        await broker.AnnounceAsync("gpu-2", leaving: true, queue: queue);
        await broker.OpenAsync(OfAcme("film", 5));

        var sweep = broker.Sweep("tickets");
        await sweep.SweepAsync(default);
        broker.Time.Advance(TimeSpan.FromSeconds(61));
        await AnnounceAsync(broker, 4);
        await sweep.SweepAsync(default);
        await broker.PumpAsync();

        Assert.Equal(
            ["film", "film"], broker.Tickets().Skip(2).Select(ticket => ticket.JobId));
        Assert.Equal(ShotStatus.Ready, (await broker.ShotAsync("gpu-film", 0)).Status);
    }

    [Fact]
    public async Task Quotas_AnOlderBrokerLeftAShotThere_IsPutRight()
    {
        await using var broker = new TestBroker(null, Terms);
        await broker.OpenAsync(OfAcme("film", 5));
        await AnnounceAsync(broker, 4);
        var index = IndexKeys.Out("acme");
        string[] left = [IndexKeys.Shot("film", 4), IndexKeys.Shot("long-gone", 0)];
        await broker.Store.CommitAsync(
            new Commit
            {
                Records = [],
                Indexes = [.. left.Select(name => new IndexChange(index, name, 0))],
            },
            default);
        await broker.PumpAsync();
        var before = broker.Tickets().Count;

        var count = await broker.Sweep("quotas").SweepAsync(default);
        await broker.PumpAsync();
        var again = await broker.Sweep("quotas").SweepAsync(default);

        Assert.Equal((0, 2, 2, 0), (before, count, broker.Tickets().Count, again));
    }

    private static JobSpec OfAcme(string jobId, int shotCount) =>
        Films.Flat(jobId, shotCount) with { PayingTenant = "acme" };

    private static JobSpec OnGpu(string jobId, int shotCount) =>
        OfAcme(jobId, shotCount) with { NumericsProfile = "cuda-fp16" };

    private static async Task AnnounceAsync(TestBroker broker, int workerCount)
    {
        for (var worker = 0; worker < workerCount; worker++)
        {
            await broker.AnnounceAsync($"worker-{worker}");
        }
    }
}
