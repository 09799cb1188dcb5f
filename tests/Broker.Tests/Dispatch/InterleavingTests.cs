using System.Globalization;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>
/// Seeded runs in which workers die, fall silent, repeat themselves, and messages are lost, doubled
/// and reordered. After every step the invariants of the design must hold.
/// </summary>
public sealed class InterleavingTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int MemorySeedCount = 300;
    private const int RedisSeedCount = 4;

    [Fact]
    public async Task Job_AnyInterleaving_EndsWithOneStitchOrderAndEveryClip()
    {
        for (var seed = 0; seed < MemorySeedCount; seed++)
        {
            await RunAsync(seed, new MemoryJobStore());
        }
    }

    [Fact]
    public async Task Job_AnyInterleavingOnRedis_EndsWithOneStitchOrderAndEveryClip()
    {
        for (var seed = 0; seed < RedisSeedCount; seed++)
        {
            using var store = await RedisFixture.ConnectAsync(await redis.FreshUrlAsync());
            await RunAsync(seed, store);
        }
    }

    [Fact]
    public async Task Invariants_StitchOrderTwice_AreSeenToBreak()
    {
        await using var broker = await OpenAsync(seed: 0, new MemoryJobStore());
        for (var shot = 0; shot < (await broker.JobAsync("job-1")).ShotCount; shot++)
        {
            await broker.CommitAsync("job-1", shot, $"attempt-{shot}");
        }

        await broker.RelayAsync();
        await broker.Finisher.AskAgainAsync(await broker.JobAsync("job-1"), default);
        await broker.RelayAsync();

        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => CheckAsync(broker, seed: 0));
    }

    private static async Task RunAsync(int seed, IJobStore store)
    {
        await using var broker = await OpenAsync(seed, store);
        var chaos = new FakeChaos(broker, new Random(seed));
        for (var step = 0; step < 120; step++)
        {
            await chaos.StepAsync();
            await CheckAsync(broker, seed);
        }

        await chaos.FinishAsync();
        await CheckAsync(broker, seed);

        var job = await broker.JobAsync("job-1");
        Assert.True(job.Status == JobStatus.Stitching, $"seed {seed} ends in {job.Status}");
        Assert.True(broker.Bus.StitchOrders.Count() == 1, $"seed {seed} asks more than once");
        var shots = await broker.Ledger.FindShotsAsync(job, default);
        await broker.Finisher.CompleteAsync(
            Reels.Of("job-1", [.. shots.Select(s => s.Clip!.AttemptId)]), default);
        Assert.Equal(JobStatus.Completed, (await broker.JobAsync("job-1")).Status);
    }

    private static async Task<TestBroker> OpenAsync(int seed, IJobStore store)
    {
        var random = new Random(seed);
        var shots = Enumerable.Range(0, random.Next(1, 6))
            .Select(i => i > 0 && random.Next(2) == 0 ? new[] { random.Next(i) } : [])
            .ToArray();
        var broker = new TestBroker(
            store,
            ("Broker:AttemptLimit", "20"),
            ("Broker:WorkerLimit", "20"),
            ("Broker:StitchTime", "1.00:00:00"));
        await broker.OpenAsync(Films.Spec("job-1", shots));
        return broker;
    }

    private static async Task CheckAsync(TestBroker broker, int seed)
    {
        var because = $"seed {seed.ToString(CultureInfo.InvariantCulture)}";
        var job = await broker.JobAsync("job-1");
        var shots = await broker.Ledger.FindShotsAsync(job, default);
        var left = shots.Count(s => s.Status != ShotStatus.Rendered);
        Assert.True(job.LeftCount == left, $"{because}: left must be {left}, is {job.LeftCount}");
        Assert.True(job.Status != JobStatus.Stitching || left == 0, $"{because}: a hole");
        var orders = broker.Bus.StitchOrders.Count() + (await broker.Store.ReadOutboxAsync(
            1000, default)).Count(r => r.Message.Kind == OutgoingKind.Stitch);
        Assert.True(orders <= 1, $"{because}: {orders} orders to stitch");
        foreach (var shot in shots)
        {
            await CheckAsync(broker, shot, shots, because);
        }
    }

    private static async Task CheckAsync(
        TestBroker broker, ShotState shot, IReadOnlyList<ShotState> shots, string because)
    {
        Assert.True(
            (shot.Attempt is not null) == (shot.Status == ShotStatus.Leased),
            $"{because}: shot {shot.ShotIndex} is {shot.Status} with an attempt or without");
        if (shot.Status == ShotStatus.Rendered)
        {
            var clip = await broker.Get<Broker.Dispatch.AcceptedClips>().FindAsync(
                Films.Tenant, shot.RenderKey, default);
            Assert.True(
                clip?.AttemptId == shot.Clip!.AttemptId,
                $"{because}: shot {shot.ShotIndex} holds a clip that is not the accepted one");
        }
        else if (shot.Status == ShotStatus.Leased)
        {
            var upstream = shots.Where(s => s.Dependents.Contains(shot.ShotIndex));
            Assert.True(
                upstream.All(s => s.Status == ShotStatus.Rendered),
                $"{because}: shot {shot.ShotIndex} is leased before what it continues");
        }
    }
}
