using Microsoft.Extensions.Options;
using RenderFarm.Broker.State;
using Xunit;

namespace RenderFarm.Broker.Tests.State;

public sealed class RedisJobStoreTests(RedisFixture redis)
    : JobStoreContract, IClassFixture<RedisFixture>, IAsyncLifetime
{
    private RedisJobStore? store;
    private string url = "";

    internal override IJobStore Store => store!;

    public async ValueTask InitializeAsync()
    {
        url = await redis.FreshUrlAsync();
        store = await RedisFixture.ConnectAsync(url);
    }

    public ValueTask DisposeAsync()
    {
        store!.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Restart_OfTheBroker_FindsEverything()
    {
        await store!.CommitAsync(
            new Commit
            {
                Records = [new("job:a", 0, "1")],
                Indexes = [new("active", "a", 1)],
                Rows = [Row("row")],
            },
            default);

        using var next = await RedisFixture.ConnectAsync(url);

        Assert.Equal(new StoredRecord("1", 1), (await next.LoadAsync(["job:a"], default))[0]);
        Assert.Equal(1, await next.CountIndexAsync("active", 0, default));
        Assert.Equal(Row("row"), Assert.Single(await next.ReadOutboxAsync(10, default)));
    }

    [Fact]
    public async Task Outbox_WrittenByAnotherBroker_SetsTheSignal()
    {
        using var other = await RedisFixture.ConnectAsync(url);
        await other.CommitAsync(new Commit { Records = [], Rows = [Row("row")] }, default);

        var start = TimeProvider.System.GetTimestamp();
        await Store.OutboxWritten.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, default);

        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task TryHold_TwoHolders_GrantsOneUntilItsTimeIsUp()
    {
        var brief = TimeSpan.FromMilliseconds(1);
        Assert.True(await Store.TryHoldAsync("relay", "one", brief, default));
        while (!await Store.TryHoldAsync("relay", "two", TimeSpan.FromMinutes(1), default))
        {
            // Redis' own clock ends the first right.
        }

        Assert.False(await Store.TryHoldAsync("relay", "one", TimeSpan.FromMinutes(1), default));
        Assert.True(await Store.TryHoldAsync("relay", "two", TimeSpan.FromMinutes(1), default));
    }

    [Fact]
    public async Task Start_NoRedisThere_NamesTheSetting()
    {
        using var nowhere = new RedisJobStore(
            Options.Create(new RedisOptions { Url = "redis://127.0.0.1:1" }), TimeProvider.System);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(
            () => nowhere.StartingAsync(default));

        Assert.Contains("Redis__Url", fault.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1")]
    [InlineData("redis://127.0.0.1/first")]
    public void Read_UrlOfAnotherForm_NamesTheSetting(string wrong)
    {
        var fault = Assert.Throws<FormatException>(() => new RedisOptions { Url = wrong }.Read());

        Assert.Contains("Redis__Url", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UrlWithEverything_FindsItAll()
    {
        var settings = new RedisOptions { Url = "rediss://:pass%40word@redis.farm:7000/3" }.Read();

        Assert.True(settings.Ssl);
        Assert.Equal("pass@word", settings.Password);
        Assert.Equal(3, settings.DefaultDatabase);
        Assert.Contains("7000", settings.EndPoints[0].ToString(), StringComparison.Ordinal);
    }
}
