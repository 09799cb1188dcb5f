using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>A ticket as RabbitMQ handed it over, not acknowledged.</summary>
internal sealed record TicketDelivery(string Queue, ulong Tag, ReadOnlyMemory<byte> Body);

/// <summary>
/// Listens to several queues until one gives a ticket, and then to none. A quorum queue limits what
/// it hands out for each consumer, not for a channel, so several may answer at once: the first is
/// kept and the others go back.
/// </summary>
internal sealed class TicketIntake(IChannel channel) : AsyncDefaultBasicConsumer(channel)
{
    private readonly Lock gate = new();
    private readonly List<ulong> surplus = [];
    private readonly TaskCompletionSource<TicketDelivery> first =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool over;

    /// <exception cref="RabbitMQClientException">The channel was lost while it waited.</exception>
    public async Task<TicketDelivery> TakeFirstAsync(
        IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        await Channel.BasicQosAsync(0, prefetchCount: 1, global: false, cancellationToken);
        foreach (var queue in queues)
        {
            await RabbitTopology.DeclareQueueAsync(Channel, queue, cancellationToken);
            // The consumer's tag is the queue's name: that is how a delivery says where it is from.
            await Channel.BasicConsumeAsync(
                queue, autoAck: false, consumerTag: queue, this, cancellationToken);
        }

        var delivery = await first.Task.WaitAsync(cancellationToken);
        foreach (var queue in queues)
        {
            await Channel.BasicCancelAsync(queue, cancellationToken: cancellationToken);
        }

        foreach (var tag in TakeSurplus())
        {
            await Channel.BasicNackAsync(tag, multiple: false, requeue: true, cancellationToken);
        }

        return delivery;
    }

    public override async Task HandleBasicDeliverAsync(
        string consumerTag,
        ulong deliveryTag,
        bool redelivered,
        string exchange,
        string routingKey,
        IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken = default)
    {
        // The client uses the body's memory again once this returns.
        var delivery = new TicketDelivery(consumerTag, deliveryTag, body.ToArray());
        if (first.TrySetResult(delivery))
        {
            return;
        }

        lock (gate)
        {
            if (!over)
            {
                // Given back only when nobody listens any more, or it would come straight back.
                surplus.Add(deliveryTag);
                return;
            }
        }

        // It was under way when its consumer was canceled.
        await Channel.BasicNackAsync(
            deliveryTag, multiple: false, requeue: true, cancellationToken);
    }

    /// <summary>RabbitMQ ended the consumer itself: its queue was deleted.</summary>
    public override async Task HandleBasicCancelAsync(
        string consumerTag, CancellationToken cancellationToken = default)
    {
        await base.HandleBasicCancelAsync(consumerTag, cancellationToken);
        first.TrySetException(new ConsumerGoneException(consumerTag));
    }

    public override async Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        await base.HandleChannelShutdownAsync(channel, reason);
        first.TrySetException(new AlreadyClosedException(reason));
    }

    private List<ulong> TakeSurplus()
    {
        lock (gate)
        {
            over = true;
            return surplus;
        }
    }
}
