using RabbitMQ.Client;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>A message and where it goes. A mandatory one must reach a queue.</summary>
internal sealed record RabbitMessage(
    string Exchange,
    string RoutingKey,
    bool Mandatory,
    BasicProperties Properties,
    ReadOnlyMemory<byte> Body)
{
    /// <summary>Properties of plain JSON that survives a restart of RabbitMQ.</summary>
    public static BasicProperties Json(string type, string? messageId) => new()
    {
        ContentType = "application/json",
        Type = type,
        MessageId = messageId,
        Persistent = true,
    };
}
