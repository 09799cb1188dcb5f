using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>
/// The one connection of this process beside MassTransit's. It is opened when it is needed and
/// opened again after a loss. The client's own recovery is off: it brings channels back with
/// deliveries that can no longer be acknowledged, and here everybody who holds a channel starts
/// over with a new one.
/// </summary>
internal sealed class RabbitConnection : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly RabbitAddress address;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly ConnectionFactory factory;
#pragma warning disable CA2213 // Who still waits at it must find the end, not a disposed gate.
    private readonly SemaphoreSlim gate = new(1);
#pragma warning restore CA2213
    private IConnection? connection;
    private volatile bool ended;

    public RabbitConnection(
        RabbitAddress address,
        IHostEnvironment host,
        TimeProvider time,
        ILogger<RabbitConnection> log)
    {
        this.address = address;
        this.time = time;
        this.log = log;
        factory = new()
        {
            HostName = address.Host,
            Port = address.Port,
            VirtualHost = address.VirtualHost,
            UserName = address.User,
            Password = address.Password,
            ClientProvidedName = host.ApplicationName,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = TimeSpan.FromSeconds(10),
            // RabbitMQ's own limit: a larger message than the client takes would end the
            // connection, come back, and end the next.
            MaxInboundMessageBodySize = 512 * 1024 * 1024,
        };
        if (address.Tls)
        {
            factory.Ssl = new SslOption(address.Host, enabled: true);
        }
    }

    /// <summary>A channel of the open connection; waits for as long as there is none.</summary>
    public async Task<IChannel> OpenChannelAsync(
        CreateChannelOptions? options, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            var open = await ConnectAsync(keepTrying: true, cancellationToken);
            try
            {
                return await open.CreateChannelAsync(options, cancellationToken);
            }
            catch (Exception e) when (RabbitFaults.MayPass(e, cancellationToken))
            {
                log.NotConnected(address, e.Message);
            }

            await Task.Delay(FirstPause, time, cancellationToken);
        }
    }

    /// <summary>Connects unless connected, trying once or until it is done.</summary>
    public async Task<IConnection> ConnectAsync(
        bool keepTrying, CancellationToken cancellationToken)
    {
        if (connection is { IsOpen: true } open)
        {
            return open;
        }

        // One tries for all: the others wait here.
        await gate.WaitAsync(cancellationToken);
        try
        {
            for (var pause = FirstPause; ; pause = Longer(pause))
            {
                if (connection is { IsOpen: true } openedMeanwhile)
                {
                    return openedMeanwhile;
                }

                if (ended)
                {
                    throw new InvalidOperationException("the use of RabbitMQ has ended");
                }

                try
                {
                    await DisposeQuietlyAsync(connection);
                    connection = await factory.CreateConnectionAsync(cancellationToken);
                    log.Connected(address);
                }
                catch (Exception e)
                    when (keepTrying && RabbitFaults.MayPass(e, cancellationToken))
                {
                    log.NotConnected(address, e.Message);
                    await Task.Delay(pause, time, cancellationToken);
                }
            }
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Not at the gate: somebody may be trying there for long.
        ended = true;
        await DisposeQuietlyAsync(connection);
    }

    private static async Task DisposeQuietlyAsync(IConnection? connection)
    {
        try
        {
            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        catch (Exception e) when (e is RabbitMQClientException or IOException)
        {
            // It was lost: that is why it goes.
        }
    }

    private static TimeSpan Longer(TimeSpan pause) =>
        pause * 2 < LongestPause ? pause * 2 : LongestPause;
}
