using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using StackExchange.Redis;
using Xunit;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// The Lua on a real Redis and the store in memory, under the calls that simulated worlds make:
/// they must not differ in any answer.
/// </summary>
[Collection(SimulationCollection.Name)]
public sealed class StoreReplayTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int SeedCount = 200;
    private const int MostUnanswered = 256;

    [Fact]
    public async Task Redis_CallsOfTheSimulation_AnswersAsMemoryDoes()
    {
        var url = await redis.FreshUrlAsync();
        using var store = await RedisFixture.ConnectAsync(url);
        using var connection = await ConnectionMultiplexer.ConnectAsync(url.Split('/')[2]);
        var database = connection.GetDatabase(int.Parse(
            url.Split('/')[3], System.Globalization.CultureInfo.InvariantCulture));
        var callCount = 0;
        for (var seed = 0; seed < SeedCount; seed++)
        {
            var setup = SimulationSetup.Of(seed);
            var calls = new List<StoreCall>();
            var world = new FakeWorld(
                setup with { Faults = setup.Faults & ~(Faults.Rollback | Faults.TotalLoss) },
                calls: calls);
            world.Run();
            callCount += calls.Count;

            await database.ExecuteAsync("FLUSHDB");
            var memory = new MemoryJobStore();
            await ReplayAsync(seed, calls, memory, store);
            await ReplayAsync(seed, Questions([.. world.Store.Commits]), memory, store);
        }

        Assert.True(callCount > SeedCount * 100, $"only {callCount} calls were made");
    }

    /// <summary>
    /// Makes every call of both. Redis answers in the order in which it was asked, so that a call
    /// need not wait for the answer to the one before.
    /// </summary>
    private static async Task ReplayAsync(
        int seed, List<StoreCall> calls, MemoryJobStore memory, RedisJobStore store)
    {
        var unanswered = new List<(int Number, string Expected, Task<object> Answer)>();
        for (var number = 0; number < calls.Count; number++)
        {
            var call = calls[number];
            var expected = Text(await call.AskAsync(memory));
            unanswered.Add((number, expected, call.AskAsync(store)));
            if (unanswered.Count < MostUnanswered && !call.ReadsTwice
                && !(number + 1 < calls.Count && calls[number + 1].ReadsTwice))
            {
                continue;
            }

            await CompareAsync(seed, calls, unanswered);
        }

        await CompareAsync(seed, calls, unanswered);
    }

    private static async Task CompareAsync(
        int seed,
        List<StoreCall> calls,
        List<(int Number, string Expected, Task<object> Answer)> unanswered)
    {
        foreach (var (number, expected, answer) in unanswered)
        {
            var found = Text(await answer);
            Assert.True(
                expected == found,
                $"seed {seed}, call {number} ({calls[number].Name}): "
                    + $"memory says {expected}, Redis says {found}");
        }

        unanswered.Clear();
    }

    /// <summary>Everything that can be asked of what some commits left behind.</summary>
    private static List<StoreCall> Questions(IReadOnlyList<Commit> commits)
    {
        var changes = commits.SelectMany(c => c.Indexes).ToList();
        var keys = commits.SelectMany(c => c.Records).Select(r => r.Key).Distinct();
        var indexes = changes.Select(c => c.Index).Distinct();
        var scores = changes.Where(c => c.Score is not null)
            .Select(c => (c.Index, Score: c.Score!.Value)).Distinct();
        return
        [
            .. keys.Select(key => new StoreCall(
                key, false, async s => await s.LoadAsync([key], default))),
            .. indexes.Select(index => new StoreCall(
                index,
                false,
                async s => await s.ReadIndexAsync(index, IndexRange.First(10_000), default))),
            .. scores.Select(at => new StoreCall(
                at.Index, false, async s => await s.CountIndexAsync(at.Index, at.Score, default))),
            new StoreCall("outbox", true, async s => await s.ReadOutboxAsync(10_000, default)),
        ];
    }

    private static string Text(object answer) =>
        answer is IEnumerable<object?> items ? string.Join('|', items) : $"{answer}";
}
