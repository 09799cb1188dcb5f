using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using RenderFarm.Storage.S3;
using Xunit;

namespace RenderFarm.Storage.Tests;

/// <summary>What a store says whose server resets every connection.</summary>
public sealed class LostLineTests : IAsyncDisposable
{
    private readonly TcpListener server = new(IPAddress.Loopback, 0);
    private readonly S3Store store;
    private readonly Task resetting;

    public LostLineTests()
    {
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        store = new S3Store(
            new S3Options
            {
                Endpoint = $"http://127.0.0.1:{port}",
                Bucket = "bucket",
                AccessKey = "key",
                SecretKey = "secret",
                MaxRetries = 0,
            },
            TimeProvider.System,
            NullLogger<S3Store>.Instance);
        resetting = ResetAllAsync();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_ConnectionReset_SaysThatLaterMayHelp() =>
        AssertPasses(await Assert.ThrowsAsync<StoreException>(
            () => store.TryGetAsync("key", 100, Token)));

    [Fact]
    public async Task Head_ConnectionReset_SaysThatLaterMayHelp() =>
        AssertPasses(await Assert.ThrowsAsync<StoreException>(
            () => store.TryHeadAsync("key", Token)));

    [Fact]
    public async Task List_ConnectionReset_SaysThatLaterMayHelp() =>
        AssertPasses(await Assert.ThrowsAsync<StoreException>(
            async () => await store.ListAsync("prefix/", Token).ToListAsync(Token)));

    /// <summary>What .NET throws for a connection that is gone before it is first used.</summary>
    [Fact]
    public async Task Call_ConnectionGoneAtOnce_SaysThatLaterMayHelp() =>
        AssertPasses(await Assert.ThrowsAsync<StoreException>(
            () => new S3Calls("bucket 'b'").RunAsync<object>(
                "ask",
                () => throw new SocketException((int)SocketError.NotConnected),
                Token)));

    /// <summary>A stop that meets a line as it breaks is a stop.</summary>
    [Fact]
    public async Task Call_LineLostAsItIsCancelled_IsCancelled()
    {
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => new S3Calls("bucket 'b'").RunAsync<object>(
                "ask",
                async () =>
                {
                    await stop.CancelAsync();
                    throw new HttpRequestException("refused");
                },
                stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        server.Dispose();
        await resetting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        store.Dispose();
    }

    private static void AssertPasses(StoreException error)
    {
        Assert.True(error.CanRetry);
        Assert.Contains("bucket", error.Message, StringComparison.Ordinal);
    }

    private async Task ResetAllAsync()
    {
        var bytes = new byte[1];
        while (true)
        {
            using var client = await server.AcceptSocketAsync();
            // Its question first, so that it waits for the answer.
            await client.ReceiveAsync(bytes);
            client.LingerState = new LingerOption(true, 0);
            client.Close();
        }
    }
}
