using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RenderFarm.Telemetry.Tests;

/// <summary>Takes what services send over OTLP/HTTP, and reads the spans of it.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly ConcurrentQueue<SentSpan> spans = [];
    private readonly ConcurrentDictionary<string, long> byteCounts = [];
    private readonly SemaphoreSlim arrived = new(0);

    private OtlpReceiver(WebApplication server) => this.server = server;

    /// <summary>Where to send to.</summary>
    public string Address => server.Urls.First();

    /// <summary>Every span that came.</summary>
    public IReadOnlyCollection<SentSpan> Spans => spans;

    /// <summary>Bytes that came of <c>traces</c>, <c>metrics</c> or <c>logs</c>.</summary>
    public long ByteCount(string kind) => byteCounts.GetValueOrDefault(kind);

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new OtlpReceiver(builder.Build());
        receiver.server.MapPost("/v1/{kind}", receiver.TakeAsync);
        await receiver.server.StartAsync();
        return receiver;
    }

    /// <summary>Waits until something is true of what came.</summary>
    public async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition())
        {
            await arrived.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        arrived.Dispose();
    }

    private async Task<IResult> TakeAsync(string kind, HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        byteCounts.AddOrUpdate(kind, body.Length, (_, sum) => sum + body.Length);
        if (kind == "traces")
        {
            foreach (var span in SentSpan.Read(body.ToArray()))
            {
                spans.Enqueue(span);
            }
        }

        arrived.Release();
        return Results.Bytes([], "application/x-protobuf");
    }
}
