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
    private readonly SemaphoreSlim gate = new(1);
    private IConnection? connection;

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
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            try
            {
                var open = await ConnectAsync(cancellationToken);
                return await open.CreateChannelAsync(options, cancellationToken);
            }
            catch (Exception e) when (RabbitFaults.MayPass(e, cancellationToken))
            {
                log.NotConnected(address, e.Message);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>Connects unless connected, trying once.</summary>
    public async Task<IConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (connection is { IsOpen: true } open)
        {
            return open;
        }

        await gate.WaitAsync(cancellationToken);
        try
        {
            if (connection is { IsOpen: true } openedMeanwhile)
            {
                return openedMeanwhile;
            }

            await DisposeQuietlyAsync(connection);
            connection = await factory.CreateConnectionAsync(cancellationToken);
            log.Connected(address);
            return connection;
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeQuietlyAsync(connection);
        gate.Dispose();
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
