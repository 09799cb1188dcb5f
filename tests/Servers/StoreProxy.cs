using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RenderFarm.Servers;

/// <summary>Stands before a real S3 server; a test disturbs what passes through.</summary>
internal abstract class StoreProxy : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly HttpClient server = new();
    private readonly Uri behind;

    protected StoreProxy(Uri behind)
    {
        this.behind = behind;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        application = builder.Build();
        application.Run(ServeAsync);
        application.StartAsync().GetAwaiter().GetResult();
        Endpoint = new(application.Urls.Single());
    }

    /// <summary>Where clients find the store.</summary>
    public Uri Endpoint { get; }

    public virtual async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        server.Dispose();
    }

    /// <summary>Deals with one request, as a rule with the two methods below.</summary>
    protected abstract Task ServeAsync(HttpContext context);

    /// <summary>Has the server carry the request out.</summary>
    protected async Task<HttpResponseMessage> CarryOutAsync(HttpContext context)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        using var forwarded = new HttpRequestMessage(
            new HttpMethod(request.Method), new Uri(behind, request.Path + request.QueryString));
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

        return await server.SendAsync(forwarded, context.RequestAborted);
    }

    /// <summary>Hands the server's answer to the client.</summary>
    protected static async Task AnswerAsync(HttpContext context, HttpResponseMessage answer)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var header in answer.Headers.Concat(answer.Content.Headers)
            .Where(h => h.Key is not ("Transfer-Encoding" or "Connection")))
        {
            context.Response.Headers[header.Key] = header.Value.ToArray();
        }

        if (context.Request.Method != HttpMethod.Head.Method)
        {
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }
}
