using System.Text;
using RenderFarm.Servers;
using RenderFarm.ServiceDefaults.Bus;
using Xunit;

namespace RenderFarm.Farm.Tests.Bus;

/// <summary>
/// What holds when RabbitMQ is killed: on one of its own, for it takes the others along.
/// </summary>
public sealed class RabbitRestartTests : IAsyncLifetime
{
    private readonly string queue = $"render.t{Guid.NewGuid():n}";
    private ServerFolder servers = null!;
    private BusHost bus = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        servers = await ServerFolder.StartAsync("rabbitmq");
        bus = await BusHost.StartAsync(servers.Settings["Bus__Url"], Token);
    }

    public async ValueTask DisposeAsync()
    {
        await bus.DisposeAsync();
        await servers.DisposeAsync();
    }

    [Fact]
    public async Task Rabbit_KilledAndStartedAgain_LosesNothingAndEverybodyGoesOn()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var answering = bus.Commands.AnswerAsync(
            (_, _) => Task.FromResult(CommandOutcome.Reply("Done", "{}"u8.ToArray())), stop.Token);
        await using var heard = await bus.Events.SubscribeAsync("job.#", Token);
        foreach (var text in new[] { "in hand", "waiting" })
        {
            await PublishAsync(text);
        }

        var inHand = await bus.Tickets.TakeAsync([queue], Token);
        var waiting = bus.Tickets.TakeAsync([queue + ".other"], Token);
        foreach (var known in new[] { queue, queue + ".other", FarmQueues.Commands })
        {
            await servers.QueueIsKnownOnDiskAsync(known, Token);
        }

        await servers.KillRabbitAsync();
        var publishing = PublishAgainAndAgainAsync("sent while it was away");
        await servers.StartAgainAsync();

        // A ticket of the old connection belongs to whoever takes it next; settling it is harmless.
        await inHand.AcknowledgeAsync(Token);
        await publishing;
        var texts = new SortedSet<string>(StringComparer.Ordinal);
        while (texts.Count < 3)
        {
            var ticket = await bus.Tickets.TakeAsync([queue], Token);
            texts.Add(Encoding.UTF8.GetString(ticket.Body.Span));
            await ticket.AcknowledgeAsync(Token);
        }

        Assert.Equal(["in hand", "sent while it was away", "waiting"], texts);

        // Who was waiting before waits on, and gets what comes now.
        await bus.Tickets.PublishAsync(queue + ".other", "m", "{}"u8.ToArray(), Token);
        Assert.Equal(queue + ".other", (await waiting.WaitAsync(Token)).Queue);

        await AssertHeardAgainAsync(heard);

        await using var client = await CommandClient.ConnectAsync(bus.Rabbit, Token);
        await client.SendAsync("{}", "m1", Token);
        Assert.Equal("Done", (await client.ReadAsync(client.Replies, Token)).Properties.Type);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
    }

    /// <summary>
    /// Repeats until the new subscription is bound: an event before that is missed.
    /// </summary>
    private async Task AssertHeardAgainAsync(IEventSubscription heard)
    {
        var first = heard.ReadAllAsync(Token).FirstAsync(Token).AsTask();
        for (var i = 0; !first.IsCompleted; i++)
        {
            await bus.Events.PublishAsync("job.t.j.JobCompleted", $"{i}", "{}"u8.ToArray(), Token);
            await Task.WhenAny(
                first, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token));
        }

        Assert.Equal("JobCompleted", (await first).Type);
    }

    /// <summary>As the Broker's relay does: a restart may outlast a publish.</summary>
    private async Task PublishAgainAndAgainAsync(string text)
    {
        while (true)
        {
            try
            {
                await PublishAsync(text);
                return;
            }
            catch (TimeoutException)
            {
                Token.ThrowIfCancellationRequested();
            }
        }
    }

    private Task PublishAsync(string text) =>
        bus.Tickets.PublishAsync(queue, text, Encoding.UTF8.GetBytes(text), Token);
}
