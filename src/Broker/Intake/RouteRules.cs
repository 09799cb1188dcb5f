using RenderFarm.Broker.Recovery;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Intake;

/// <summary>What holds for every call over HTTP.</summary>
internal static class RouteRules
{
    private const string RetryAfterSeconds = "5";

    /// <summary>
    /// A client over HTTP need not wait for states that are being rebuilt: it is told when to come
    /// again. And what another site has a visitor's browser ask for is not done.
    /// </summary>
    public static async ValueTask<object?> PassAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsGet(http.Request.Method) && IsFromAnotherSite(http.Request))
        {
            return Reject(
                StatusCodes.Status403Forbidden,
                jobId: null,
                CommandReader.Fault(
                    "another-site", "$", "a page of another site may not ask for this"));
        }

        if (http.RequestServices.GetRequiredService<RebuildGate>().IsOpen)
        {
            return await next(context);
        }

        http.Response.Headers.RetryAfter = RetryAfterSeconds;
        return Reject(
            StatusCodes.Status503ServiceUnavailable,
            jobId: null,
            CommandReader.Fault(
                "farm-rebuilding", "$", "jobs' states are being rebuilt; ask again soon"));
    }

    /// <summary>A refusal, with its fault.</summary>
    public static IResult Reject(int status, string? jobId, Fault fault) =>
        Json(new JobRejected { JobId = jobId, Faults = [fault] }, status);

    /// <summary>A message as the message API has it.</summary>
    public static IResult Json<T>(T body, int status) =>
        Results.Json(body, FarmJson.Options, statusCode: status);

    // As Go's CrossOriginProtection: browsers tell where a request comes from, and programs that
    // are no browsers, which nobody can trick into a request, tell neither.
    // https://pkg.go.dev/net/http#CrossOriginProtection
    private static bool IsFromAnotherSite(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site is not ("same-origin" or "none");
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0
            && (!Uri.TryCreate(origin, UriKind.Absolute, out var from)
                || !string.Equals(
                    from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
