using System.Text;
using RenderFarm.ServiceDefaults.Bus;
using Xunit;

namespace RenderFarm.Farm.Tests.Bus;

/// <summary>What tickets promise, on RabbitMQ and in memory.</summary>
public abstract class TicketContract : IAsyncLifetime
{
    private readonly string prefix = $"render.t{Guid.NewGuid():n}";

    internal BusHost Bus { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private ITicketQueue Tickets => Bus.Tickets;

    public async ValueTask InitializeAsync() =>
        Bus = await BusHost.StartAsync(await UrlAsync(), Token);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Bus.DisposeAsync();
    }

    [Fact]
    public async Task Take_WaitingTicket_GivesIt()
    {
        await PublishAsync(Queue("a"), "one");

        var ticket = await Tickets.TakeAsync([Queue("a")], Token);

        Assert.Equal((Queue("a"), "one"), (ticket.Queue, Text(ticket)));
        await ticket.AcknowledgeAsync(Token);
    }

    [Fact]
    public async Task Take_NothingThere_WaitsForThePublisher()
    {
        var taking = Tickets.TakeAsync([Queue("a"), Queue("b")], Token);
        Assert.False(taking.IsCompleted);

        await PublishAsync(Queue("b"), "late");

        Assert.Equal("late", Text(await taking));
    }

    [Fact]
    public async Task Take_TicketInHand_LeavesTheOthersForOthers()
    {
        var queues = new[] { Queue("a"), Queue("b"), Queue("c") };
        foreach (var queue in queues.Concat(queues))
        {
            await PublishAsync(queue, "ticket");
        }

        var inHand = new List<ITicket>();
        for (var i = 0; i < 6; i++)
        {
            inHand.Add(await Tickets.TakeAsync(queues, Token));
        }

        // Each is there for somebody while the ones before are still unacknowledged; none is twice.
        Assert.All(queues, queue => Assert.Equal(2, inHand.Count(t => t.Queue == queue)));
        await AssertNothingThereAsync(queues);
        await Task.WhenAll(inHand.Select(t => t.AcknowledgeAsync(Token)));
    }

    [Fact]
    public async Task Take_ByManyAtOnce_GivesEachTicketOnce()
    {
        var queues = new[] { Queue("a"), Queue("b") };
        var sent = Enumerable.Range(0, 40).Select(i => $"ticket {i}").ToList();
        var takers = Enumerable.Range(0, 4).Select(async _ =>
        {
            var mine = new List<string>();
            for (var i = 0; i < 10; i++)
            {
                var ticket = await Tickets.TakeAsync(queues, Token);
                mine.Add(Text(ticket));
                await ticket.AcknowledgeAsync(Token);
            }

            return mine;
        }).ToList();

        for (var i = 0; i < sent.Count; i++)
        {
            await PublishAsync(queues[i % 2], sent[i]);
        }

        var taken = (await Task.WhenAll(takers)).SelectMany(t => t);
        Assert.Equal(sent.Order(StringComparer.Ordinal), taken.Order(StringComparer.Ordinal));
        await AssertNothingThereAsync(queues);
    }

    [Fact]
    public async Task Return_Ticket_GivesItToAnother()
    {
        await PublishAsync(Queue("a"), "one");
        var first = await Tickets.TakeAsync([Queue("a")], Token);
        var other = Tickets.TakeAsync([Queue("a")], Token);
        Assert.False(other.IsCompleted);

        await first.ReturnAsync(Token);

        Assert.Equal("one", Text(await other));
    }

    [Fact]
    public async Task Take_Canceled_LeavesTheTicketForAnother()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var taking = Tickets.TakeAsync([Queue("a")], stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taking);

        await PublishAsync(Queue("a"), "one");

        Assert.Equal("one", Text(await Tickets.TakeAsync([Queue("a")], Token)));
    }

    protected abstract Task<string> UrlAsync();

    protected static string Text(ITicket ticket) => Encoding.UTF8.GetString(ticket.Body.Span);

    protected string Queue(string name) => $"{prefix}.{name}";

    protected Task PublishAsync(string queue, string text) => Tickets.PublishAsync(
        queue, Guid.NewGuid().ToString(), Encoding.UTF8.GetBytes(text), Token);

    /// <summary>One marker, put behind whatever is there, is the first thing that comes.</summary>
    private async Task AssertNothingThereAsync(IReadOnlyList<string> queues)
    {
        foreach (var queue in queues)
        {
            await PublishAsync(queue, "marker");
            var next = await Tickets.TakeAsync([queue], Token);
            Assert.Equal("marker", Text(next));
            await next.AcknowledgeAsync(Token);
        }
    }
}
