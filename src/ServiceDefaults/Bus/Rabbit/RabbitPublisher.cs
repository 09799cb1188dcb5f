using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>
/// Publishes with confirms: when a call returns, RabbitMQ has the message. Repeats after a lost
/// connection, so a message may arrive twice, under one message id.
/// </summary>
internal sealed class RabbitPublisher(
    RabbitConnection connection, TimeProvider time, ILogger<RabbitPublisher> log) : IAsyncDisposable
{
    private const int ChannelCount = 4;
    private const int MostUnconfirmed = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly CreateChannelOptions Confirmed = new(
        publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    // Many messages of one channel wait for their confirms at a time, and RabbitMQ confirms many at
    // once: a channel for each of them costs both sides several times as much.
    private readonly SemaphoreSlim places = new(MostUnconfirmed);
    private readonly SemaphoreSlim opening = new(1);
    private readonly Line?[] lines = new Line?[ChannelCount];
    private uint lastTurn;

    /// <summary>
    /// Sends one message. <paramref name="declare"/> makes what it needs, once for each channel; a
    /// mandatory message that no queue took is declared for and sent again.
    /// </summary>
    /// <exception cref="TimeoutException">RabbitMQ did not confirm it within 30 s.</exception>
    public async Task PublishAsync(
        RabbitMessage message,
        Func<IChannel, CancellationToken, Task>? declare,
        CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            late.Token, cancellationToken);
        Exception? last = null;
        try
        {
            await places.WaitAsync(either.Token);
            try
            {
                while ((last = await TryPublishAsync(
                    message, declare, IsRefusal(last), either.Token)) is not null)
                {
                    log.PublishRepeated(message.Exchange, message.RoutingKey, last.Message);
                    await Task.Delay(Pause, time, either.Token);
                }
            }
            finally
            {
                places.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"RabbitMQ did not confirm a message to '{message.Exchange}{message.RoutingKey}'"
                + $" within {Patience.TotalSeconds:0} s: {last?.Message ?? "no answer"}", last);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var line in lines)
        {
            await (line?.Channel.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        places.Dispose();
        opening.Dispose();
    }

    /// <summary>RabbitMQ closed a channel because of something that one of its users did.</summary>
    private static bool IsRefusal(Exception? e) =>
        e is OperationInterruptedException
        {
            ShutdownReason.ReplyCode: Constants.PreconditionFailed or Constants.AccessRefused,
        };

    /// <summary>
    /// Tries once: with others on one channel or, to find out whose fault it is, alone.
    /// </summary>
    /// <returns>Null, or what went wrong that may go right next time.</returns>
    private async Task<Exception?> TryPublishAsync(
        RabbitMessage message,
        Func<IChannel, CancellationToken, Task>? declare,
        bool isAlone,
        CancellationToken cancellationToken)
    {
        var line = isAlone
            ? new Line(await connection.OpenChannelAsync(Confirmed, cancellationToken), [])
            : await TakeTurnAsync(cancellationToken);
        var target = message.Exchange.Length > 0 ? message.Exchange : message.RoutingKey;
        try
        {
            if (declare is not null && !line.Declared.ContainsKey(target))
            {
                await declare(line.Channel, cancellationToken);
                line.Declared[target] = true;
            }

            await line.Channel.BasicPublishAsync(message.Exchange, message.RoutingKey,
                message.Mandatory, message.Properties, message.Body, cancellationToken);
            return null;
        }
        catch (PublishException e) when (e.IsReturn && declare is not null)
        {
            // Somebody deleted the queue since we declared it.
            line.Declared.TryRemove(target, out _);
            return new IOException("no queue took it", e);
        }
        catch (PublishException e) when (!e.IsReturn)
        {
            return new IOException("RabbitMQ could not keep it", e);
        }
        catch (OperationInterruptedException e) when (isAlone && IsRefusal(e))
        {
            throw new InvalidOperationException(
                $"RabbitMQ refuses '{target}': {e.ShutdownReason!.ReplyText}", e);
        }
        catch (Exception e) when (RabbitFaults.MayPass(e, cancellationToken))
        {
            return e;
        }
        finally
        {
            if (isAlone)
            {
                await line.Channel.DisposeAsync();
            }
        }
    }

    /// <summary>The channels take turns; one that was closed is opened anew.</summary>
    private async Task<Line> TakeTurnAsync(CancellationToken cancellationToken)
    {
        var index = Interlocked.Increment(ref lastTurn) % ChannelCount;
        if (lines[index] is { Channel.IsOpen: true } open)
        {
            return open;
        }

        await opening.WaitAsync(cancellationToken);
        try
        {
            if (lines[index] is { Channel.IsOpen: true } openedMeanwhile)
            {
                return openedMeanwhile;
            }

            await (lines[index]?.Channel.DisposeAsync() ?? ValueTask.CompletedTask);
            var line = new Line(
                await connection.OpenChannelAsync(Confirmed, cancellationToken), []);
            lines[index] = line;
            return line;
        }
        finally
        {
            opening.Release();
        }
    }

    private sealed record Line(IChannel Channel, ConcurrentDictionary<string, bool> Declared);
}
