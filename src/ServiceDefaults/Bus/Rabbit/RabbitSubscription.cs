using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>
/// A queue of its own for one listener, gone with its channel. After a lost connection a new one is
/// bound; what happened in between is missed, so listeners look at a job's state as well.
/// </summary>
internal sealed class RabbitSubscription(
    RabbitConnection connection, string pattern, TimeProvider time, ILogger log)
    : IEventSubscription
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource ending = new();
    private readonly Channel<FarmEvent> events = Channel.CreateBounded<FarmEvent>(
        new BoundedChannelOptions(EventLimits.WaitingCount)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
        });

    private IChannel? bound;
    private Task watching = Task.CompletedTask;

    /// <summary>Returns once every later event arrives.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var lost = await RetryAsync(cancellationToken);
        watching = WatchAsync(lost);
    }

    public IAsyncEnumerable<FarmEvent> ReadAllAsync(CancellationToken cancellationToken) =>
        events.Reader.ReadAllAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!events.Writer.TryComplete())
        {
            return;
        }

        await ending.CancelAsync();
        await watching;
        await (bound?.DisposeAsync() ?? ValueTask.CompletedTask);
        ending.Dispose();
    }

    private async Task WatchAsync(Task lost)
    {
        try
        {
            for (; ; )
            {
                await lost.WaitAsync(ending.Token);
                log.SubscriptionLost(pattern);
                lost = await RetryAsync(ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task<Task> RetryAsync(CancellationToken cancellationToken)
    {
        for (; ; )
        {
            try
            {
                return await BindAsync(cancellationToken);
            }
            catch (Exception e) when (RabbitFaults.MayPass(e, cancellationToken))
            {
                log.NotSubscribed(pattern, e.Message);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <returns>A task that ends when the channel is lost.</returns>
    private async Task<Task> BindAsync(CancellationToken cancellationToken)
    {
        await (bound?.DisposeAsync() ?? ValueTask.CompletedTask);
        bound = await connection.OpenChannelAsync(null, cancellationToken);
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bound.ChannelShutdownAsync += (_, _) => Task.FromResult(lost.TrySetResult());
        await RabbitTopology.DeclareEventsAsync(bound, cancellationToken);
        var queue = await bound.QueueDeclareAsync("", durable: false, exclusive: true,
            autoDelete: true, cancellationToken: cancellationToken);
        await bound.QueueBindAsync(queue.QueueName, FarmQueues.Events, pattern,
            cancellationToken: cancellationToken);
        var consumer = new AsyncEventingBasicConsumer(bound);
        consumer.ReceivedAsync += ReceiveAsync;
        await bound.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, cancellationToken);
        return lost.Task;
    }

    private Task ReceiveAsync(object sender, BasicDeliverEventArgs arrived)
    {
        // The client uses the body's memory again once this returns.
        events.Writer.TryWrite(new(arrived.RoutingKey, arrived.BasicProperties.MessageId ?? "",
            arrived.Body.ToArray()));
        return Task.CompletedTask;
    }
}
