namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>
/// What becomes of a <see cref="ClientCommand"/>: a reply, a place among the rejected, or both.
/// </summary>
public sealed record CommandOutcome
{
    /// <summary>The AMQP <c>type</c> of the reply, or null for none.</summary>
    public string? ReplyType { get; init; }

    /// <summary>The reply as JSON; it is sent only to a client that named a queue for it.</summary>
    public ReadOnlyMemory<byte> ReplyBody { get; init; }

    /// <summary>
    /// Why the command goes to <see cref="FarmQueues.Rejected"/>, or null when it does not.
    /// </summary>
    public string? ParkedBecause { get; init; }

    /// <summary>Done, and the client is told.</summary>
    public static CommandOutcome Reply(string type, ReadOnlyMemory<byte> body) =>
        new() { ReplyType = type, ReplyBody = body };

    /// <summary>It cannot be understood: kept for a person, and the client is not told.</summary>
    public static CommandOutcome Park(string reason) => new() { ParkedBecause = reason };
}
