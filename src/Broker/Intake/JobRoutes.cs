using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.Reporting;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.ServiceDefaults.Telemetry;

namespace RenderFarm.Broker.Intake;

/// <summary>The same door over HTTP.</summary>
internal static class JobRoutes
{
    private const string RetryAfterSeconds = "5";

    /// <summary>
    /// Maps <c>POST /v1/jobs</c>, <c>GET /v1/jobs/{id}</c>, that job's <c>metrics</c> for a
    /// Prometheus that watches one film, and <c>POST</c> to its <c>pause</c>, <c>resume</c> and
    /// <c>cancel</c>, with <c>?shot=ID</c> for one of its shots.
    /// </summary>
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/v1/jobs").AddEndpointFilter(PassAsync);
        jobs.MapPost("", SubmitAsync);
        jobs.MapGet("/{jobId}", GetAsync);
        jobs.MapGet("/{jobId}/metrics", ScrapeAsync);
        jobs.MapPost("/{jobId}/pause", PauseAsync);
        jobs.MapPost("/{jobId}/resume", ResumeAsync);
        jobs.MapPost("/{jobId}/cancel", CancelAsync);
    }

    /// <summary>A client over HTTP need not wait: it is told when to come again.</summary>
    private static async ValueTask<object?> PassAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (context.HttpContext.RequestServices.GetRequiredService<RebuildGate>().IsOpen)
        {
            return await next(context);
        }

        context.HttpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        return Reject(
            StatusCodes.Status503ServiceUnavailable,
            jobId: null,
            CommandReader.Fault(
                "farm-rebuilding", "$", "jobs' states are being rebuilt; ask again soon"));
    }

    private static async Task<IResult> SubmitAsync(
        HttpRequest request, JobIntake jobs, CancellationToken cancellationToken)
    {
        if (await TryReadAsync(request.Body, cancellationToken) is not { } body)
        {
            return Reject(
                StatusCodes.Status413PayloadTooLarge,
                jobId: null,
                CommandReader.Fault(
                    "command-too-large",
                    "$",
                    $"a job may have {ClientCommand.MaxByteCount} bytes, and this has more"));
        }

        var reading = CommandReader.Read(nameof(SubmitJob), body);
        if (reading.Command is not SubmitJob submit)
        {
            return Reject(StatusCodes.Status400BadRequest, reading.JobId, reading.Fault!);
        }

        var answer = await jobs.SubmitAsync(submit, cancellationToken);
        return answer.Accepted is { } accepted
            ? Json(accepted, StatusCodes.Status202Accepted)
            : Json(answer.Rejected!, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> GetAsync(
        string jobId, JobIntake jobs, CancellationToken cancellationToken)
    {
        var snapshot = await jobs.GetAsync(new GetJob { JobId = jobId }, cancellationToken);
        return snapshot is null
            ? Json(new JobUnknown { JobId = jobId }, StatusCodes.Status404NotFound)
            : Json(snapshot, StatusCodes.Status200OK);
    }

    private static async Task<IResult> ScrapeAsync(
        string jobId, JobIntake jobs, CancellationToken cancellationToken)
    {
        var snapshot = await jobs.GetAsync(new GetJob { JobId = jobId }, cancellationToken);
        return snapshot is null
            ? Json(new JobUnknown { JobId = jobId }, StatusCodes.Status404NotFound)
            : Results.Text(FilmPage.Write(snapshot), PrometheusText.ContentType);
    }

    private static async Task<IResult> PauseAsync(
        string jobId, string? shot, JobIntake jobs, CancellationToken cancellationToken) =>
        Answer(jobId, await jobs.PauseAsync(
            new PauseJob { JobId = jobId, ShotId = shot }, cancellationToken));

    private static async Task<IResult> ResumeAsync(
        string jobId, string? shot, JobIntake jobs, CancellationToken cancellationToken) =>
        Answer(jobId, await jobs.ResumeAsync(
            new ResumeJob { JobId = jobId, ShotId = shot }, cancellationToken));

    private static async Task<IResult> CancelAsync(
        string jobId, string? shot, JobIntake jobs, CancellationToken cancellationToken) =>
        Answer(jobId, await jobs.CancelAsync(
            new CancelJob { JobId = jobId, ShotId = shot }, cancellationToken));

    private static IResult Answer(string jobId, JobAnswer answer) => answer switch
    {
        { Snapshot: { } snapshot } => Json(snapshot, StatusCodes.Status200OK),
        { Rejected: { } rejected } => Json(rejected, StatusCodes.Status409Conflict),
        _ => Json(new JobUnknown { JobId = jobId }, StatusCodes.Status404NotFound),
    };

    private static IResult Reject(int status, string? jobId, Fault fault) =>
        Json(new JobRejected { JobId = jobId, Faults = [fault] }, status);

    private static IResult Json<T>(T body, int status) =>
        Results.Json(body, FarmJson.Options, statusCode: status);

    /// <summary>Reads a body, or nothing when it is larger than a command may be.</summary>
    private static async Task<ReadOnlyMemory<byte>?> TryReadAsync(
        Stream body, CancellationToken cancellationToken)
    {
        var bytes = new byte[ClientCommand.MaxByteCount + 1];
        var count = await body.ReadAtLeastAsync(
            bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return count == bytes.Length
            ? default(ReadOnlyMemory<byte>?)
            : bytes.AsMemory(0, count);
    }
}
