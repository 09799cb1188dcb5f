using System.Collections.Concurrent;
using MassTransit;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>
/// Sends through MassTransit, and makes the queue that its consumer has not made yet.
/// </summary>
internal sealed class RabbitSender(IBus bus, RabbitConnection connection, TimeProvider time)
    : IFarmSender
{
    private const int TryCount = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, bool> declared = [];

    /// <exception cref="TimeoutException">RabbitMQ did not confirm it within 30 s.</exception>
    public async Task SendAsync<T>(string queue, T message, CancellationToken cancellationToken)
        where T : class
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            late.Token, cancellationToken);
        try
        {
            await SendOrDeclareAsync(queue, message, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"RabbitMQ did not confirm a {typeof(T).Name} to '{queue}'"
                + $" within {Patience.TotalSeconds:0} s", e);
        }
    }

    /// <summary>
    /// The exchange before the queue, because for an address that names a queue MassTransit
    /// declares that queue anew, as a kind that it is not.
    /// </summary>
    public static Uri AddressOf(string queue) => new($"exchange:{queue}");

    private async Task SendOrDeclareAsync<T>(
        string queue, T message, CancellationToken cancellationToken)
        where T : class
    {
        if (!declared.ContainsKey(queue))
        {
            await DeclareAsync(queue, cancellationToken);
        }

        var endpoint = await bus.GetSendEndpoint(AddressOf(queue));
        var messageId = NewId.NextGuid();
        for (var tryNumber = 1; ; tryNumber++)
        {
            try
            {
                await endpoint.Send(message, context => MakeMandatory(context, messageId),
                    cancellationToken);
                return;
            }
            catch (MessageReturnedException) when (tryNumber < TryCount)
            {
                // Somebody deleted it since.
                await DeclareAsync(queue, cancellationToken);
            }
        }
    }

    private static void MakeMandatory(SendContext context, Guid messageId)
    {
        context.MessageId = messageId;
        context.GetPayload<RabbitMqSendContext>().Mandatory = true;
    }

    private async Task DeclareAsync(string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.OpenChannelAsync(null, cancellationToken);
        await RabbitTopology.DeclareSentToAsync(channel, queue, cancellationToken);
        declared[queue] = true;
    }
}
