using RabbitMQ.Client;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>
/// How each queue and exchange is declared: in one place, since two ways are an error.
/// </summary>
internal static class RabbitTopology
{
    private const int RejectedCount = 10_000;
    private const int ErrorCount = 10_000;
    private const int ErrorMilliseconds = 7 * 24 * 60 * 60 * 1000;

    /// <summary>
    /// What bounds the queues named <c>QUEUE_error</c>, to which MassTransit moves a message that
    /// its consumer threw at: the newest 10,000, for a week.
    /// </summary>
    public static IReadOnlyDictionary<string, object> ErrorArguments { get; } =
        new Dictionary<string, object>
        {
            ["x-max-length"] = ErrorCount,
            ["x-message-ttl"] = ErrorMilliseconds,
        };

    // Of two that declare the same new quorum queue at once, RabbitMQ 3.10 ends one's connection
    // with an internal error. That heals by itself, but within a process it need not happen.
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>A queue that survives RabbitMQ and the loss of a minority of its nodes.</summary>
    public static Task DeclareQueueAsync(
        IChannel channel, string queue, CancellationToken cancellationToken) =>
        DeclareAsync(channel, queue, [], cancellationToken);

    /// <summary>The same, keeping only the newest: nobody may ever look at the rejected.</summary>
    public static Task DeclareRejectedAsync(
        IChannel channel, CancellationToken cancellationToken) =>
        DeclareAsync(channel, FarmQueues.Rejected, new() { ["x-max-length"] = RejectedCount },
            cancellationToken);

    /// <summary>
    /// A queue with the exchange that MassTransit puts before it, exactly as MassTransit declares
    /// the two for a consumer.
    /// </summary>
    public static async Task DeclareSentToAsync(
        IChannel channel, string queue, CancellationToken cancellationToken)
    {
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true,
            autoDelete: false, cancellationToken: cancellationToken);
        await DeclareQueueAsync(channel, queue, cancellationToken);
        await channel.QueueBindAsync(queue, queue, "", cancellationToken: cancellationToken);
    }

    /// <summary>Where events go to whoever binds a queue.</summary>
    public static Task DeclareEventsAsync(IChannel channel, CancellationToken cancellationToken) =>
        channel.ExchangeDeclareAsync(FarmQueues.Events, ExchangeType.Topic, durable: true,
            autoDelete: false, cancellationToken: cancellationToken);

    private static async Task DeclareAsync(
        IChannel channel,
        string queue,
        Dictionary<string, object?> arguments,
        CancellationToken cancellationToken)
    {
        arguments["x-queue-type"] = "quorum";
        await OneAtATime.WaitAsync(cancellationToken);
        try
        {
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false,
                autoDelete: false, arguments, cancellationToken: cancellationToken);
        }
        finally
        {
            OneAtATime.Release();
        }
    }
}
