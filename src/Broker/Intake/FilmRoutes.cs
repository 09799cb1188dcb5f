using System.Text.RegularExpressions;
using RenderFarm.Broker.Reporting;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Intake;

/// <summary>
/// Clips and films under addresses that stay: each leads on to where the object store has it, which
/// whoever asks may read for a while.
/// </summary>
internal static partial class FilmRoutes
{
    /// <summary>
    /// Maps <c>GET /v1/clips/{renderKey}/clip</c> and <c>picture</c> (its last frame), and
    /// <c>GET /v1/jobs/{id}/files/</c> <c>reel</c>, <c>contactSheet</c>, <c>timeline</c> and
    /// <c>report</c>.
    /// </summary>
    public static void MapFilms(this IEndpointRouteBuilder routes)
    {
        var films = routes.MapGroup("/v1").AddEndpointFilter(RouteRules.PassAsync);
        films.MapGet("/clips/{renderKey}/{part}", ClipAsync);
        films.MapGet("/jobs/{jobId}/files/{file}", FileAsync);
    }

    private static async Task<IResult> ClipAsync(
        string renderKey,
        string part,
        FilmLinks links,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        var isKey = RenderKeyForm().IsMatch(renderKey);
        return Lead(response, part switch
        {
            "clip" when isKey => await links.ClipAsync(renderKey, cancellationToken),
            "picture" when isKey => await links.PictureAsync(renderKey, cancellationToken),
            _ => null,
        });
    }

    private static async Task<IResult> FileAsync(
        string jobId,
        string file,
        FilmLinks links,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        Func<FilmFiles, FilmFile>? choose = file switch
        {
            "reel" => files => files.Reel,
            "contactSheet" => files => files.ContactSheet,
            "timeline" => files => files.Timeline,
            "report" => files => files.Report,
            _ => null,
        };
        return Lead(
            response,
            choose is null ? null : await links.FileAsync(jobId, choose, cancellationToken));
    }

    private static IResult Lead(HttpResponse response, Uri? to)
    {
        // Where it leads is good for a while only: nobody keeps it.
        response.Headers.CacheControl = "no-store";
        return to is null ? Results.NotFound() : Results.Redirect(to.AbsoluteUri);
    }

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex RenderKeyForm();
}
