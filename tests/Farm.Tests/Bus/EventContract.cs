using System.Text;
using Xunit;

namespace RenderFarm.Farm.Tests.Bus;

/// <summary>What events promise, on RabbitMQ and in memory.</summary>
public abstract class EventContract : IAsyncLifetime
{
    private readonly string job = Guid.NewGuid().ToString("n");

    internal BusHost Bus { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        Bus = await BusHost.StartAsync(await UrlAsync(), Token);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Bus.DisposeAsync();
    }

    [Fact]
    public async Task Publish_NobodyListens_IsNoFault() =>
        await PublishAsync($"job.t.{job}.JobAccepted", "1");

    [Theory]
    [InlineData("job.t.JOB.#")]
    [InlineData("job.*.JOB.*")]
    [InlineData("#.JOB.JobCompleted")]
    [InlineData("job.t.JOB.JobCompleted")]
    [InlineData("job.#.JOB.#")]
    public async Task Subscribe_MatchingPattern_HearsTheEvent(string pattern)
    {
        await using var heard = await Bus.Events.SubscribeAsync(Own(pattern), Token);

        await PublishAsync($"job.t.{job}.JobCompleted", "7");

        var happened = await heard.ReadAllAsync(Token).FirstAsync(Token);
        Assert.Equal($"job.t.{job}.JobCompleted", happened.RoutingKey);
        Assert.Equal("JobCompleted", happened.Type);
        Assert.Equal("7", happened.MessageId);
        Assert.Equal("{\"n\":\"7\"}", Encoding.UTF8.GetString(happened.Body.Span));
    }

    [Theory]
    [InlineData("job.t.JOB")]
    [InlineData("job.other.JOB.*")]
    [InlineData("job.t.JOB.*.*")]
    [InlineData("job.*.JobCompleted")]
    public async Task Subscribe_OtherPattern_HearsNothing(string pattern)
    {
        await using var heard = await Bus.Events.SubscribeAsync(Own(pattern), Token);
        // What is heard anyway, so that hearing nothing else is an observation.
        await using var both = await Bus.Events.SubscribeAsync("#", Token);

        await PublishAsync($"job.t.{job}.JobCompleted", "7");
        await both.ReadAllAsync(Token).FirstAsync(e => e.RoutingKey.Contains(job), Token);
        await heard.DisposeAsync();

        Assert.Empty(await heard.ReadAllAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Subscribe_SeveralEvents_KeepsTheirOrder()
    {
        await using var heard = await Bus.Events.SubscribeAsync($"job.t.{job}.*", Token);
        var sent = Enumerable.Range(0, 50).Select(i => $"{i}").ToList();

        foreach (var id in sent)
        {
            await PublishAsync($"job.t.{job}.ShotProgressed", id);
        }

        var ids = await heard.ReadAllAsync(Token)
            .Take(50).Select(e => e.MessageId).ToListAsync(Token);
        Assert.Equal(sent, ids);
    }

    [Fact]
    public async Task Subscribe_Two_BothHear()
    {
        await using var one = await Bus.Events.SubscribeAsync($"job.t.{job}.*", Token);
        await using var two = await Bus.Events.SubscribeAsync($"job.t.{job}.*", Token);

        await PublishAsync($"job.t.{job}.JobCompleted", "7");

        Assert.Equal("7", (await one.ReadAllAsync(Token).FirstAsync(Token)).MessageId);
        Assert.Equal("7", (await two.ReadAllAsync(Token).FirstAsync(Token)).MessageId);
    }

    protected abstract Task<string> UrlAsync();

    private string Own(string pattern) => pattern.Replace("JOB", job, StringComparison.Ordinal);

    private Task PublishAsync(string routingKey, string id) => Bus.Events.PublishAsync(
        routingKey, id, Encoding.UTF8.GetBytes($"{{\"n\":\"{id}\"}}"), Token);
}
