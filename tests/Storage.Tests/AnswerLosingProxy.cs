using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RenderFarm.Storage.Tests;

/// <summary>
/// Stands before a real S3 server and can lose an answer: the request is carried out, and whoever
/// sent it sees the connection end. It can also tell everybody that their write was made.
/// </summary>
internal sealed class AnswerLosingProxy : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly HttpClient server = new();
    private readonly Uri behind;
    private int toLose;
    private int lost;

    public AnswerLosingProxy(Uri behind)
    {
        this.behind = behind;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        application = builder.Build();
        application.Run(ForwardAsync);
        application.StartAsync().GetAwaiter().GetResult();
        Endpoint = new(application.Urls.Single());
    }

    public Uri Endpoint { get; }

    public int LostCount => lost;

    /// <summary>Answers 200 for a condition that did not hold, as some servers do.</summary>
    public bool TellsEverybodyWon { get; set; }

    public void LoseNextPutAnswer() => toLose = 1;

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        server.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var request = context.Request;
        using var forwarded = new HttpRequestMessage(
            new HttpMethod(request.Method), new Uri(behind, request.Path + request.QueryString));
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
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
        if (request.Method == HttpMethod.Put.Method && Interlocked.Exchange(ref toLose, 0) == 1)
        {
            Interlocked.Increment(ref lost);
            context.Abort();
            return;
        }

        if (TellsEverybodyWon && answer.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
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
}
