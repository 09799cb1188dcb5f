namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>Sends messages to the queues of <see cref="FarmQueues"/>.</summary>
public interface IFarmSender
{
    /// <summary>
    /// Sends one message; returns once RabbitMQ has it on the queue. The queue is made when nobody
    /// has listened to it yet, so that nothing waits in vain for a service that starts later.
    /// </summary>
    Task SendAsync<T>(string queue, T message, CancellationToken cancellationToken)
        where T : class;
}
