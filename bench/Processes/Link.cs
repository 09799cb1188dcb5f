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
    private readonly ConcurrentDictionary<TcpClient, byte> open = [];
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
        foreach (var client in open.Keys)
        {
            Reset(client);
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

    private static void Reset(TcpClient client)
    {
        try
        {
            client.LingerState = new LingerOption(true, 0);
            client.Close();
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
            var client = await listener.AcceptTcpClientAsync(ending.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        open[client] = 0;
        open[server] = 0;
        try
        {
            client.NoDelay = server.NoDelay = true;
            if (!isCut)
            {
                await server.ConnectAsync(IPAddress.Loopback, target, ending.Token);
                var (a, b) = (client.GetStream(), server.GetStream());
                // When one direction ends, the other has nothing more to say: both clients that
                // are used here close whole connections.
                await Task.WhenAny(PumpAsync(a, b), PumpAsync(b, a));
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
            Reset(client);
            Reset(server);
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        var bytes = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = await from.ReadAsync(bytes, ending.Token)) > 0)
            {
                await flow.Task;
                await to.WriteAsync(bytes.AsMemory(0, count), ending.Token);
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
