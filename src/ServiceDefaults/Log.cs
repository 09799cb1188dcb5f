using Microsoft.Extensions.Logging;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.ServiceDefaults;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Connected to RabbitMQ at {Address}")]
    public static partial void Connected(this ILogger log, RabbitAddress address);

    [LoggerMessage(2, LogLevel.Warning, "No connection to RabbitMQ at {Address}: {Reason}")]
    public static partial void NotConnected(this ILogger log, RabbitAddress address, string reason);

    [LoggerMessage(3, LogLevel.Warning,
        "Message to exchange '{Exchange}', key '{RoutingKey}' was sent again: {Reason}")]
    public static partial void PublishRepeated(
        this ILogger log, string exchange, string routingKey, string reason);

    [LoggerMessage(4, LogLevel.Warning, "Intake of tickets was interrupted: {Reason}")]
    public static partial void IntakeLost(this ILogger log, string reason);

    [LoggerMessage(5, LogLevel.Warning,
        "Ticket of {Queue} went back to RabbitMQ before it was dealt with: {Reason}")]
    public static partial void TicketLost(this ILogger log, string queue, string reason);

    [LoggerMessage(6, LogLevel.Warning, "Subscription to {Pattern} was interrupted")]
    public static partial void SubscriptionLost(this ILogger log, string pattern);

    [LoggerMessage(7, LogLevel.Warning, "Subscription to {Pattern} was not made: {Reason}")]
    public static partial void NotSubscribed(this ILogger log, string pattern, string reason);

    [LoggerMessage(8, LogLevel.Warning, "Intake of commands was interrupted: {Reason}")]
    public static partial void CommandsLost(this ILogger log, string reason);

    [LoggerMessage(9, LogLevel.Warning, "Command {Type} ({MessageId}) was parked: {Reason}")]
    public static partial void CommandParked(
        this ILogger log, string? type, string? messageId, string reason);

    [LoggerMessage(10, LogLevel.Error, "Command {Type} ({MessageId}) could not be answered")]
    public static partial void CommandFailed(
        this ILogger log, string? type, string? messageId, Exception exception);

    [LoggerMessage(11, LogLevel.Warning,
        "Reply to command {Type} ({MessageId}) was lost: {Reason}")]
    public static partial void ReplyLost(
        this ILogger log, string? type, string? messageId, string reason);

    [LoggerMessage(12, LogLevel.Information, "{Message} did not get through the bus")]
    public static partial void MessageNotSent(this ILogger log, Exception fault, string message);

    [LoggerMessage(13, LogLevel.Error, "Dropped a {Message}: the bus was away for {Duration}")]
    public static partial void MessageDropped(this ILogger log, string message, TimeSpan duration);
}
