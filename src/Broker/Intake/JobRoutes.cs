using System.Globalization;
using RenderFarm.Broker.Reporting;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.ServiceDefaults.Telemetry;

namespace RenderFarm.Broker.Intake;

/// <summary>The same door over HTTP.</summary>
internal static class JobRoutes
{
    private const int UsualCount = 60;

    /// <summary>
    /// Maps <c>POST /v1/jobs</c>, <c>GET /v1/jobs</c>, <c>GET /v1/jobs/{id}</c>, that job's
    /// <c>metrics</c> for a Prometheus that watches one film, and <c>POST</c> to its <c>pause</c>,
    /// <c>resume</c> and <c>cancel</c>, with <c>?shot=ID</c> for one of its shots.
    /// </summary>
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/v1/jobs").AddEndpointFilter(RouteRules.PassAsync);
        jobs.MapPost("", SubmitAsync);
        jobs.MapGet("", ListAsync);
        jobs.MapGet("/{jobId}", GetAsync);
        jobs.MapGet("/{jobId}/metrics", ScrapeAsync);
        jobs.MapPost("/{jobId}/pause", PauseAsync);
        jobs.MapPost("/{jobId}/resume", ResumeAsync);
        jobs.MapPost("/{jobId}/cancel", CancelAsync);
    }

    private static async Task<IResult> ListAsync(
        string? count, JobLists jobs, CancellationToken cancellationToken) =>
        TryReadCount(count, out var most)
            ? RouteRules.Json(
                await jobs.TakeAsync(most, cancellationToken), StatusCodes.Status200OK)
            : RouteRules.Reject(
                StatusCodes.Status400BadRequest,
                jobId: null,
                CommandReader.Fault(
                    "count-out-of-range",
                    "count",
                    $"expected 1 to {JobLists.MostJobs} jobs, found '{count}'"));

    private static async Task<IResult> SubmitAsync(
        HttpRequest request, JobIntake jobs, CancellationToken cancellationToken)
    {
        if (await TryReadAsync(request.Body, cancellationToken) is not { } body)
        {
            return RouteRules.Reject(
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
            return RouteRules.Reject(
                StatusCodes.Status400BadRequest, reading.JobId, reading.Fault!);
        }

        var answer = await jobs.SubmitAsync(submit, cancellationToken);
        return answer.Accepted is { } accepted
            ? RouteRules.Json(accepted, StatusCodes.Status202Accepted)
            : RouteRules.Json(answer.Rejected!, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> GetAsync(
        string jobId, JobIntake jobs, CancellationToken cancellationToken)
    {
        var snapshot = await jobs.GetAsync(new GetJob { JobId = jobId }, cancellationToken);
        return snapshot is null
            ? RouteRules.Json(new JobUnknown { JobId = jobId }, StatusCodes.Status404NotFound)
            : RouteRules.Json(snapshot, StatusCodes.Status200OK);
    }

    private static async Task<IResult> ScrapeAsync(
        string jobId, JobIntake jobs, CancellationToken cancellationToken)
    {
        var snapshot = await jobs.GetAsync(new GetJob { JobId = jobId }, cancellationToken);
        return snapshot is null
            ? RouteRules.Json(new JobUnknown { JobId = jobId }, StatusCodes.Status404NotFound)
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
        { Snapshot: { } snapshot } => RouteRules.Json(snapshot, StatusCodes.Status200OK),
        { Rejected: { } rejected } => RouteRules.Json(rejected, StatusCodes.Status409Conflict),
        _ => RouteRules.Json(new JobUnknown { JobId = jobId }, StatusCodes.Status404NotFound),
    };

    private static bool TryReadCount(string? text, out int count)
    {
        count = UsualCount;
        return text is null
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count)
                && count is >= 1 and <= JobLists.MostJobs);
    }

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
