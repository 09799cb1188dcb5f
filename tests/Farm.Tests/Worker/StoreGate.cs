using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>
/// Stands before a real S3 server and can hold a request for good, before it is carried out or
/// before it is answered, so that whoever sent it can be met at that very point.
/// </summary>
internal sealed class StoreGate : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly HttpClient server = new();
    private readonly CancellationTokenSource disposed = new();
    private readonly Uri behind;
    private volatile Held? held;

    private StoreGate(Uri behind, WebApplication application)
    {
        (this.behind, this.application) = (behind, application);
        application.Run(ForwardAsync);
    }

    public Uri Endpoint => new(application.Urls.Single());

    /// <summary>What was carried out, as in <c>PUT /bucket/key</c>, in order.</summary>
    public ConcurrentQueue<string> Done { get; } = [];

    public static async Task<StoreGate> OpenAsync(Uri behind)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var gate = new StoreGate(behind, builder.Build());
        await gate.application.StartAsync();
        return gate;
    }

    /// <summary>Holds the next request whose path ends so.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="pathEnd">How its path ends.</param>
    /// <param name="carryOut">Whether it is carried out, and only its answer held.</param>
    /// <returns>Ends when a request is held.</returns>
    public Task HoldAsync(string method, string pathEnd, bool carryOut = false)
    {
        held = new Held(method, pathEnd, carryOut);
        return held.Reached.Task.WaitAsync(TimeSpan.FromMinutes(3));
    }

    public async ValueTask DisposeAsync()
    {
        await disposed.CancelAsync();
        await application.DisposeAsync();
        server.Dispose();
        disposed.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!;
        var hold = held;
        if (hold?.Method != request.Method
            || !path.EndsWith(hold.PathEnd, StringComparison.Ordinal))
        {
            hold = null;
        }
        else
        {
            held = null;
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        if (hold is { CarryOut: false })
        {
            await HoldAsync(hold, context);
            return;
        }

        using var forwarded = new HttpRequestMessage(
            new HttpMethod(request.Method), new Uri(behind, path + request.QueryString));
        forwarded.Content = new ByteArrayContent(body.ToArray());
        foreach (var header in request.Headers)
        {
            // The name of the host is signed, so it goes on as it came.
            if (!forwarded.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable()))
            {
                forwarded.Content.Headers.TryAddWithoutValidation(
                    header.Key, header.Value.AsEnumerable());
            }
        }

        using var answer = await server.SendAsync(forwarded, context.RequestAborted);
        Done.Enqueue($"{request.Method} {path}");
        if (hold is not null)
        {
            await HoldAsync(hold, context);
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var header in answer.Headers.Concat(answer.Content.Headers)
            .Where(h => h.Key is not ("Transfer-Encoding" or "Connection")))
        {
            context.Response.Headers[header.Key] = header.Value.ToArray();
        }

        if (request.Method != HttpMethod.Head.Method)
        {
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    private async Task HoldAsync(Held hold, HttpContext context)
    {
        hold.Reached.TrySetResult();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, disposed.Token);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    }

    private sealed record Held(string Method, string PathEnd, bool CarryOut)
    {
        public TaskCompletionSource Reached { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
