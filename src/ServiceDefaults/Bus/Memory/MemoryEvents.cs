using System.Threading.Channels;

namespace RenderFarm.ServiceDefaults.Bus.Memory;

/// <summary>Events of one process, to whoever listens when they happen.</summary>
internal sealed class MemoryEvents : IEventExchange
{
    private readonly Lock gate = new();
    private readonly List<Subscription> subscriptions = [];

    public Task PublishAsync(
        string routingKey,
        string messageId,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken)
    {
        // The publisher may use its buffer again.
        var happened = new FarmEvent(routingKey, messageId, body.ToArray());
        lock (gate)
        {
            foreach (var subscription in subscriptions)
            {
                subscription.Offer(happened);
            }
        }

        return Task.CompletedTask;
    }

    public Task<IEventSubscription> SubscribeAsync(
        string pattern, CancellationToken cancellationToken)
    {
        var subscription = new Subscription(this, pattern);
        lock (gate)
        {
            subscriptions.Add(subscription);
        }

        return Task.FromResult<IEventSubscription>(subscription);
    }

    private sealed class Subscription(MemoryEvents owner, string pattern) : IEventSubscription
    {
        private readonly TopicPattern topics = new(pattern);

        // One who does not read loses the oldest, exactly as on RabbitMQ.
        private readonly Channel<FarmEvent> events = Channel.CreateBounded<FarmEvent>(
            new BoundedChannelOptions(EventLimits.WaitingCount)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
            });

        public void Offer(FarmEvent happened)
        {
            if (topics.Matches(happened.RoutingKey))
            {
                events.Writer.TryWrite(happened);
            }
        }

        public IAsyncEnumerable<FarmEvent> ReadAllAsync(CancellationToken cancellationToken) =>
            events.Reader.ReadAllAsync(cancellationToken);

        public ValueTask DisposeAsync()
        {
            lock (owner.gate)
            {
                owner.subscriptions.Remove(this);
            }

            events.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
