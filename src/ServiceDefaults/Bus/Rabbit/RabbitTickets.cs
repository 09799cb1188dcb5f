using Microsoft.Extensions.Logging;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>Tickets in quorum queues, one in hand at a time.</summary>
internal sealed class RabbitTickets(
    RabbitConnection connection,
    RabbitPublisher publisher,
    TimeProvider time,
    ILogger<RabbitTickets> log) : ITicketQueue
{
    private const string TicketType = "RenderShot";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public Task PublishAsync(
        string queue,
        string messageId,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken) =>
        publisher.PublishAsync(
            new("", queue, Mandatory: true, RabbitMessage.Json(TicketType, messageId), body),
            (channel, token) => RabbitTopology.DeclareQueueAsync(channel, queue, token),
            cancellationToken);

    public async Task<ITicket> TakeAsync(
        IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            try
            {
                return await TakeOnceAsync(queues, cancellationToken);
            }
            catch (Exception e) when (RabbitFaults.MayPass(e, cancellationToken))
            {
                log.IntakeLost(e.Message);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<ITicket> TakeOnceAsync(
        IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        // A channel of its own: closing it gives back whatever it holds, come what may.
        var channel = await connection.OpenChannelAsync(null, cancellationToken);
        try
        {
            var intake = new TicketIntake(channel);
            var delivery = await intake.TakeFirstAsync(queues, cancellationToken);
            return new RabbitTicket(channel, delivery, log);
        }
        catch
        {
            await channel.DisposeAsync();
            throw;
        }
    }
}
