using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using StackExchange.Redis;
using Xunit;

namespace RenderFarm.Broker.Tests.Recovery;

/// <summary>The same on a real Redis: flushed, and restored from a dump that is older.</summary>
public sealed class RedisRecoveryTests(RedisFixture redis)
    : RecoveryContract, IClassFixture<RedisFixture>, IAsyncLifetime
{
    private readonly Dictionary<string, byte[]> dump = [];
    private RedisJobStore? store;
    private ConnectionMultiplexer? connection;
    private IDatabase? database;

    internal override IJobStore Store => store!;

    public async ValueTask InitializeAsync()
    {
        var url = await redis.FreshUrlAsync();
        store = await RedisFixture.ConnectAsync(url);
        connection = await ConnectionMultiplexer.ConnectAsync(
            new RedisOptions { Url = url }.Read());
        database = connection.GetDatabase();
    }

    public ValueTask DisposeAsync()
    {
        store!.Dispose();
        connection!.Dispose();
        return ValueTask.CompletedTask;
    }

    internal override Task LoseAllAsync() => database!.ExecuteAsync("FLUSHDB");

    internal override async Task SnapshotAsync()
    {
        foreach (var key in (RedisKey[])(await database!.ExecuteAsync("KEYS", "*"))!)
        {
            dump.Add(key!, await database.KeyDumpAsync(key));
        }
    }

    internal override async Task GoBackAsync()
    {
        await LoseAllAsync();
        foreach (var (key, bytes) in dump)
        {
            await database!.KeyRestoreAsync(key, bytes);
        }
    }
}
