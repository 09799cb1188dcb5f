using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>Between AMQP and <see cref="ClientCommand"/>.</summary>
internal static class CommandDelivery
{
    /// <summary>The header of a parked command that says why.</summary>
    public const string ReasonHeader = "x-rejected-because";

    private const string DeliveryCountHeader = "x-delivery-count";
    private const int MaxDeliveryCount = 5;

    public static ClientCommand Read(BasicDeliverEventArgs delivery)
    {
        var properties = delivery.BasicProperties;
        var headers = (properties.Headers ?? new Dictionary<string, object?>())
            .ToDictionary(
                h => h.Key, h => h.Value is byte[] text ? Encoding.UTF8.GetString(text) : h.Value);
        var refusal = Refusal(delivery.Body.Length, headers);
        return new()
        {
            Type = properties.Type,
            ContentType = properties.ContentType,
            ReplyTo = properties.ReplyTo,
            CorrelationId = properties.CorrelationId,
            MessageId = properties.MessageId,
            Headers = headers,
            // The client uses the body's memory again once the delivery is dealt with.
            Body = refusal is null ? delivery.Body.ToArray() : [],
            Refusal = refusal,
        };
    }

    public static RabbitMessage Parked(ClientCommand command, string reason)
    {
        var properties = new BasicProperties
        {
            Type = command.Type,
            ContentType = command.ContentType,
            ReplyTo = command.ReplyTo,
            CorrelationId = command.CorrelationId,
            MessageId = command.MessageId,
            Persistent = true,
            Headers = new Dictionary<string, object?>(command.Headers) { [ReasonHeader] = reason },
        };
        return new("", FarmQueues.Rejected, Mandatory: true, properties, command.Body);
    }

    public static RabbitMessage Reply(ClientCommand command, CommandOutcome outcome)
    {
        var properties = RabbitMessage.Json(outcome.ReplyType!, Guid.CreateVersion7().ToString());
        properties.CorrelationId = command.CorrelationId;
        return new("", command.ReplyTo!, Mandatory: false, properties, outcome.ReplyBody);
    }

    private static string? Refusal(int byteCount, Dictionary<string, object?> headers)
    {
        if (byteCount > ClientCommand.MaxByteCount)
        {
            return $"the body has {byteCount} bytes, more than the {ClientCommand.MaxByteCount}"
                + " it may have";
        }

        // A command that ends the process each time would otherwise do so for ever.
        return headers.GetValueOrDefault(DeliveryCountHeader) is long count
            && count > MaxDeliveryCount
            ? $"it was handed over {count} times and never answered"
            : null;
    }
}
