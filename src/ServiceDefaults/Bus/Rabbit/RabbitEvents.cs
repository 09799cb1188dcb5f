using Microsoft.Extensions.Logging;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>Events on the topic exchange <see cref="FarmQueues.Events"/>.</summary>
internal sealed class RabbitEvents(
    RabbitConnection connection,
    RabbitPublisher publisher,
    TimeProvider time,
    ILogger<RabbitEvents> log) : IEventExchange
{
    public Task PublishAsync(
        string routingKey,
        string messageId,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken)
    {
        var type = new FarmEvent(routingKey, messageId, body).Type;
        return publisher.PublishAsync(
            new(FarmQueues.Events, routingKey, Mandatory: false,
                RabbitMessage.Json(type, messageId), body),
            RabbitTopology.DeclareEventsAsync,
            cancellationToken);
    }

    public async Task<IEventSubscription> SubscribeAsync(
        string pattern, CancellationToken cancellationToken)
    {
        var subscription = new RabbitSubscription(connection, pattern, time, log);
        try
        {
            await subscription.StartAsync(cancellationToken);
            return subscription;
        }
        catch
        {
            await subscription.DisposeAsync();
            throw;
        }
    }
}
