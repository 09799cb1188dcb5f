using Microsoft.Extensions.Options;
using RenderFarm.Broker.State;
using RenderFarm.Servers;
using StackExchange.Redis;
using Xunit;

namespace RenderFarm.Broker.Tests.State;

/// <summary>A real Redis for the tests of a class.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    private ServerFolder? servers;
    private int lastDatabase;

    /// <summary>As in <c>Redis__Url</c>.</summary>
    public string Url => servers!.Settings["Redis__Url"];

    public async ValueTask InitializeAsync() => servers = await ServerFolder.StartAsync("redis");

    public async ValueTask DisposeAsync() => await servers!.DisposeAsync();

    /// <summary>A store that is connected.</summary>
    internal static async Task<RedisJobStore> ConnectAsync(string url)
    {
        var store = new RedisJobStore(
            Options.Create(new RedisOptions { Url = url }), TimeProvider.System);
        await store.StartingAsync(default);
        return store;
    }

    /// <summary>The address of an empty database; two in a row are different ones.</summary>
    internal async Task<string> FreshUrlAsync()
    {
        var place = Url.Split("://")[^1].TrimEnd('/');
        var slash = place.IndexOf('/', StringComparison.Ordinal);
        place = slash < 0 ? place : place[..slash];
        var database = Interlocked.Increment(ref lastDatabase) % 16;
        using var connection = await ConnectionMultiplexer.ConnectAsync(place);
        await connection.GetDatabase(database).ExecuteAsync("FLUSHDB");
        return $"redis://{place}/{database}";
    }
}
