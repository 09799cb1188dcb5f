using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RenderFarm.Benchmarks.Processes;

/// <summary>
/// The line from one process to one server: a TCP proxy of its own, which can hold back everything
/// (packets that get lost and are sent again once the line heals), or reset and refuse connections.
/// A proxy and not a network namespace, because the servers listen on loopback alone, no rights are
/// needed, and one line can be cut while the process' other lines hold.
/// </summary>
internal sealed class Link : IAsyncDisposable
{
    private readonly int target;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<Socket, byte> open = [];
    private readonly Task accepting;
    private volatile TaskCompletionSource flow = Flowing();
    private volatile bool isCut;

    public Link(string name, int targetPort)
    {
        Name = name;
        target = targetPort;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>As in <c>worker-1 to RabbitMQ</c>.</summary>
    public string Name { get; }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Holds back every byte in both directions.</summary>
    public void Stall() => flow = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Resets every connection, and every new one.</summary>
    public void Cut()
    {
        isCut = true;
        foreach (var socket in open.Keys)
        {
            Reset(socket);
        }
    }

    public void Heal()
    {
        isCut = false;
        var held = flow;
        flow = Flowing();
        held.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        Heal();
        Cut();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    private static TaskCompletionSource Flowing()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It ended by itself.
        }
    }

    private async Task AcceptAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            var client = await listener.AcceptSocketAsync(ending.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var ended = false;
        open[client] = 0;
        open[server] = 0;
        try
        {
            client.NoDelay = server.NoDelay = true;
            if (!isCut)
            {
                await server.ConnectAsync(IPAddress.Loopback, target, ending.Token);
                // When one direction ends, the other has nothing more to say: both clients that
                // are used here close whole connections.
                await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
                ended = true;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException
            or OperationCanceledException)
        {
            // The other side sees the reset below.
        }
        finally
        {
            open.TryRemove(client, out _);
            open.TryRemove(server, out _);
            if (ended && !isCut)
            {
                client.Dispose();
            }
            else
            {
                Reset(client);
                Reset(server);
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var bytes = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(bytes, ending.Token)) > 0)
            {
                await flow.Task;
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(bytes.AsMemory(sent, count - sent), ending.Token);
                }
            }

            await flow.Task;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException
            or OperationCanceledException)
        {
            // Its end ends the connection.
        }
    }
}
