using RabbitMQ.Client.Exceptions;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>RabbitMQ no longer delivers from a queue: it was deleted, or its node left.</summary>
internal sealed class ConsumerGoneException(string queue)
    : RabbitMQClientException($"RabbitMQ ended the consumer of '{queue}'");
