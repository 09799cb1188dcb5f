using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>
/// A ticket of RabbitMQ and the channel that holds it. If the connection is lost, RabbitMQ gives
/// the ticket to somebody else, and dealing with this one has no effect.
/// </summary>
internal sealed class RabbitTicket(IChannel channel, TicketDelivery delivery, ILogger log) : ITicket
{
    public string Queue => delivery.Queue;

    public ReadOnlyMemory<byte> Body => delivery.Body;

    public Task AcknowledgeAsync(CancellationToken cancellationToken) =>
        SettleAsync(() => channel.BasicAckAsync(delivery.Tag, multiple: false, cancellationToken),
            cancellationToken);

    public Task ReturnAsync(CancellationToken cancellationToken) =>
        SettleAsync(() => channel.BasicNackAsync(
            delivery.Tag, multiple: false, requeue: true, cancellationToken), cancellationToken);

    private async Task SettleAsync(Func<ValueTask> settle, CancellationToken cancellationToken)
    {
        try
        {
            await settle();
            // The answer to the closing says that what came before it was taken.
            await channel.CloseAsync(cancellationToken);
        }
        catch (Exception e) when (RabbitFaults.MayPass(e, cancellationToken))
        {
            log.TicketLost(Queue, e.Message);
        }
        finally
        {
            await channel.DisposeAsync();
        }
    }
}
