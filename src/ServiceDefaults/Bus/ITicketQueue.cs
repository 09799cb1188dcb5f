namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>
/// Where tickets wait for a worker: durable quorum queues on RabbitMQ, or memory in one process.
/// </summary>
public interface ITicketQueue
{
    /// <summary>Puts a ticket on a queue; returns once it cannot be lost by a restart.</summary>
    Task PublishAsync(
        string queue,
        string messageId,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken);

    /// <summary>
    /// Waits for one ticket of any of these queues. It stays unacknowledged, and no further one is
    /// taken, until it is acknowledged or returned.
    /// </summary>
    Task<ITicket> TakeAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken);
}
