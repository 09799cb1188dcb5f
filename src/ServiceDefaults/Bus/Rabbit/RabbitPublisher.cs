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
    private const int ChannelCount = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly CreateChannelOptions Confirmed = new(
        publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    // A channel is used by one publisher at a time; what waits for a confirm holds one.
    private readonly SemaphoreSlim places = new(ChannelCount);
    private readonly ConcurrentBag<Line> idle = [];

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
                while ((last = await TryPublishAsync(message, declare, either.Token)) is not null)
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
        while (idle.TryTake(out var line))
        {
            await line.Channel.DisposeAsync();
        }

        places.Dispose();
    }

    /// <returns>Null, or what went wrong that may go right next time.</returns>
    private async Task<Exception?> TryPublishAsync(
        RabbitMessage message,
        Func<IChannel, CancellationToken, Task>? declare,
        CancellationToken cancellationToken)
    {
        if (!idle.TryTake(out var line) || !line.Channel.IsOpen)
        {
            line = new(await connection.OpenChannelAsync(Confirmed, cancellationToken), []);
        }

        var target = message.Exchange.Length > 0 ? message.Exchange : message.RoutingKey;
        var whole = false;
        try
        {
            if (declare is not null && line.Declared.Add(target))
            {
                await declare(line.Channel, cancellationToken);
            }

            await line.Channel.BasicPublishAsync(message.Exchange, message.RoutingKey,
                message.Mandatory, message.Properties, message.Body, cancellationToken);
            whole = true;
            return null;
        }
        catch (PublishException e) when (e.IsReturn && declare is not null)
        {
            // Somebody deleted the queue since we declared it.
            line.Declared.Remove(target);
            whole = true;
            return new IOException("no queue took it", e);
        }
        catch (PublishException e) when (!e.IsReturn)
        {
            return new IOException("RabbitMQ could not keep it", e);
        }
        catch (OperationInterruptedException e)
            when (e.ShutdownReason?.ReplyCode
                is Constants.PreconditionFailed or Constants.AccessRefused)
        {
            throw new InvalidOperationException(
                $"RabbitMQ refuses '{target}': {e.ShutdownReason.ReplyText}", e);
        }
        catch (Exception e) when (RabbitFaults.MayPass(e, cancellationToken))
        {
            return e;
        }
        finally
        {
            if (whole)
            {
                idle.Add(line);
            }
            else
            {
                await line.Channel.DisposeAsync();
            }
        }
    }

    private sealed record Line(IChannel Channel, HashSet<string> Declared);
}
