using System.Text;
using RabbitMQ.Client;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.ServiceDefaults.Bus.Rabbit;

namespace RenderFarm.Farm.Tests.Bus;

/// <summary>
/// A client as one in any language is: plain AMQP, plain JSON, a queue for replies.
/// </summary>
internal sealed class CommandClient : IAsyncDisposable
{
    private readonly IChannel channel;

    private CommandClient(IChannel channel, string replies)
    {
        this.channel = channel;
        Replies = replies;
    }

    public string Replies { get; }

    public static async Task<CommandClient> ConnectAsync(
        RabbitConnection connection, CancellationToken cancellationToken)
    {
        var channel = await connection.OpenChannelAsync(
            new CreateChannelOptions(true, true), cancellationToken);
        await RabbitTopology.DeclareQueueAsync(channel, FarmQueues.Commands, cancellationToken);
        await RabbitTopology.DeclareRejectedAsync(channel, cancellationToken);
        await channel.QueuePurgeAsync(FarmQueues.Commands, cancellationToken);
        await channel.QueuePurgeAsync(FarmQueues.Rejected, cancellationToken);
        var replies = await channel.QueueDeclareAsync(cancellationToken: cancellationToken);
        return new(channel, replies.QueueName);
    }

    public ValueTask SendAsync(string body, string id, CancellationToken cancellationToken) =>
        SendAsync(Encoding.UTF8.GetBytes(body), id, cancellationToken);

    public ValueTask SendAsync(byte[] body, string id, CancellationToken cancellationToken) =>
        channel.BasicPublishAsync("", FarmQueues.Commands, mandatory: true, new BasicProperties
        {
            Type = "SubmitJob",
            ContentType = "application/json",
            ReplyTo = Replies,
            CorrelationId = $"answer to {id}",
            MessageId = id,
            Headers = new Dictionary<string, object?> { ["tenant"] = "t1" },
        }, body, cancellationToken);

    /// <summary>Waits for one message of a queue.</summary>
    public async Task<(IReadOnlyBasicProperties Properties, string Body)> ReadAsync(
        string queue, CancellationToken cancellationToken)
    {
        var arrived = new TaskCompletionSource<(IReadOnlyBasicProperties, string)>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel);
        await channel.BasicQosAsync(0, 1, false, cancellationToken);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            var body = Encoding.UTF8.GetString(delivery.Body.Span);
            if (arrived.TrySetResult((new BasicProperties(delivery.BasicProperties), body)))
            {
                await channel.BasicAckAsync(delivery.DeliveryTag, false, cancellationToken);
            }
        };
        var tag = await channel.BasicConsumeAsync(
            queue, autoAck: false, consumer, cancellationToken);
        var message = await arrived.Task.WaitAsync(cancellationToken);
        await channel.BasicCancelAsync(tag, cancellationToken: cancellationToken);
        return message;
    }

    public async Task<uint> CountAsync(string queue, CancellationToken cancellationToken) =>
        (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
