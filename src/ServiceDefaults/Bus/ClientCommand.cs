namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>
/// A command as a client sent it: bytes and AMQP properties, nothing understood yet.
/// </summary>
public sealed record ClientCommand
{
    /// <summary>The largest body that is read, in bytes.</summary>
    public const int MaxByteCount = 1024 * 1024;

    /// <summary>The AMQP <c>type</c>: the command's name, as in <c>SubmitJob</c>.</summary>
    public string? Type { get; init; }

    /// <summary>The AMQP <c>content_type</c>.</summary>
    public string? ContentType { get; init; }

    /// <summary>The queue that the reply goes to, if the client wants one.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>What the reply carries back, so that the client knows what it answers.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>
    /// The client's name for this message; the same command sent twice has the same.
    /// </summary>
    public string? MessageId { get; init; }

    /// <summary>AMQP headers; text values are strings, the rest is as RabbitMQ reads it.</summary>
    public required IReadOnlyDictionary<string, object?> Headers { get; init; }

    /// <summary>What it says; empty when <see cref="Refusal"/> is set.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>
    /// Why the body must not be read (it is too large). Such a command is parked whatever the
    /// answer says; the answer decides only what the client is told.
    /// </summary>
    public string? Refusal { get; init; }
}
