namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>
/// Where clients hear of their jobs: a topic exchange on RabbitMQ, or memory in one process.
/// Routing keys are <c>job.TENANT.JOB.EventType</c>.
/// </summary>
public interface IEventExchange
{
    /// <summary>Publishes plain JSON with a confirm; nobody listening is no fault.</summary>
    Task PublishAsync(
        string routingKey,
        string messageId,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken);

    /// <summary>
    /// Starts to listen at once; read the events until the subscription is disposed. The pattern is
    /// RabbitMQ's: <c>*</c> is one word, <c>#</c> any number.
    /// </summary>
    Task<IEventSubscription> SubscribeAsync(string pattern, CancellationToken cancellationToken);
}
