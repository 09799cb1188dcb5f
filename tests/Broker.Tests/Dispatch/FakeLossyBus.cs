using System.Collections.Concurrent;
using System.Text;
using RenderFarm.Contracts.Reels;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>
/// A bus that keeps what it is given where a test can see it, and fails when it is told to. Nothing
/// is delivered: the test decides what arrives, in which order, and how often.
/// </summary>
internal sealed class FakeLossyBus : ITicketQueue, IEventExchange, IFarmSender
{
    /// <summary>Everything that was confirmed, in order.</summary>
    public ConcurrentQueue<Sent> Log { get; } = new();

    /// <summary>
    /// Called before a message is confirmed; throws where the test wants a fault.
    /// </summary>
    public Action<Sent> Fault { get; set; } = _ => { };

    /// <summary>Messages that are neither confirmed nor refused: the bus is silent.</summary>
    public Func<Sent, bool> IsSilent { get; set; } = _ => false;

    public IEnumerable<Sent> Tickets =>
        Log.Where(m => m.Address.StartsWith("render.", StringComparison.Ordinal));

    public IEnumerable<Sent> Events =>
        Log.Where(m => m.Address.StartsWith("job.", StringComparison.Ordinal));

    public IEnumerable<Sent> StitchOrders => Log.Where(m => m.Address == FarmQueues.Stitch);

    /// <summary>The types of a job's events, in the order in which they were confirmed.</summary>
    public IEnumerable<string> EventTypes(string jobId) =>
        Events.Where(e => e.Address.Contains($".{jobId}.", StringComparison.Ordinal))
            .Select(e => e.Address[(e.Address.LastIndexOf('.') + 1)..]);

    Task ITicketQueue.PublishAsync(
        string queue,
        string messageId,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken) =>
        ConfirmAsync(
            new Sent(queue, messageId, Encoding.UTF8.GetString(body.Span)), cancellationToken);

    Task IEventExchange.PublishAsync(
        string routingKey,
        string messageId,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken) =>
        ConfirmAsync(
            new Sent(routingKey, messageId, Encoding.UTF8.GetString(body.Span)),
            cancellationToken);

    public Task SendAsync<T>(string queue, T message, CancellationToken cancellationToken)
        where T : class =>
        ConfirmAsync(
            new Sent(queue, ((StitchReel)(object)message).JobId, ""), cancellationToken);

    public Task<ITicket> TakeAsync(
        IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the test delivers");

    public Task<IEventSubscription> SubscribeAsync(
        string pattern, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the test looks at the log");

    private Task ConfirmAsync(Sent message, CancellationToken cancellationToken)
    {
        if (IsSilent(message))
        {
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        Fault(message);
        Log.Enqueue(message);
        return Task.CompletedTask;
    }

    /// <summary>A message that was confirmed.</summary>
    internal sealed record Sent(string Address, string MessageId, string Body);
}
