using System.Globalization;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Telemetry;

namespace RenderFarm.Broker.Reporting;

/// <summary>
/// One film's shots as metrics, for a Prometheus that is told to watch this film: it names the film
/// itself, so that no label of the farm's own metrics ever grows with its jobs.
/// </summary>
internal static class FilmPage
{
    /// <summary>Shots that are shown one by one; of the rest there is the count.</summary>
    private const int MostShots = 500;

    private const string States = "renderfarm_film_shot_state";
    private const string Attempts = "renderfarm_film_shot_attempts";
    private const string Counts = "renderfarm_film_shots";
    private const string Left = "renderfarm_film_left_shots";

    /// <summary>The page of a job as it stands.</summary>
    public static string Write(JobSnapshot job)
    {
        var page = new PrometheusText();
        page.Begin(States, "gauge", "A shot's state: 0 waiting, 1 ready, 2 delayed, 3 held, "
            + "4 leased, 5 rendered, 6 failed, 7 canceled.");
        page.Begin(Attempts, "gauge", "Attempts at a shot.");
        page.Begin(Counts, "gauge", "The film's shots, by state.");
        page.Begin(Left, "gauge", "Shots that are not done.");
        foreach (var (index, shot) in job.Shots.Take(MostShots).Index())
        {
            // The number first, so that names sort as the film goes.
            var name = string.Create(
                CultureInfo.InvariantCulture, $"{index + 1:000} {shot.ShotId}");
            page.Add(States, "", [new("shot", name)], Number(shot.Status));
            page.Add(Attempts, "", [new("shot", name)], shot.AttemptCount);
        }

        foreach (var status in Enum.GetValues<ShotStatus>())
        {
            page.Add(
                Counts,
                "",
                [new("state", ShotRules.Word(status))],
                job.Shots.Count(shot => shot.Status == status));
        }

        page.Add(Left, "", [], job.LeftCount);
        return page.ToString();
    }

    private static int Number(ShotStatus status) => status switch
    {
        ShotStatus.Waiting => 0,
        ShotStatus.Ready => 1,
        ShotStatus.Delayed => 2,
        ShotStatus.Held => 3,
        ShotStatus.Leased => 4,
        ShotStatus.Rendered => 5,
        ShotStatus.Failed => 6,
        _ => 7,
    };
}
