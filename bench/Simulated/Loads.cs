using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>What the farms are given to do.</summary>
internal static class Loads
{
    private const double Hour = 3600;
    private const double Day = 24 * Hour;

    /// <summary>When the launch is, and for how long its people come.</summary>
    public const double LaunchAt = 18 * Hour;
    public const double LaunchSeconds = 6 * 60;

    /// <summary>Every tenant's films at once: so many hours of work for the whole farm.</summary>
    public static List<SimJob> Batch(
        IReadOnlyList<SimTenant> tenants, double capacity, double hours, long seed)
    {
        var films = new Films(seed);
        var jobs = new List<SimJob>();
        var weights = tenants.Sum(tenant => tenant.Weight);
        foreach (var tenant in tenants)
        {
            var left = capacity * hours * Hour * tenant.Weight / weights;
            while (left > 0)
            {
                var film = films.Film(
                    tenant, JobPriority.Batch, arrivesAt: 0, 10 + films.Chance.Below(80));
                left -= film.Shots.Sum(shot => shot.Estimate);
                jobs.Add(film);
            }
        }

        return jobs;
    }

    /// <summary>A day: people who watch, films by day, batch work that fills the rest.</summary>
    /// <param name="tenants">Who shares the farm.</param>
    /// <param name="capacity">Of the farm.</param>
    /// <param name="launchCount">How many people come to the launch.</param>
    /// <param name="seed">The day.</param>
    /// <param name="onlyLooks">Whether only people who watch are there.</param>
    public static List<SimJob> OneDay(
        IReadOnlyList<SimTenant> tenants,
        double capacity,
        int launchCount,
        long seed,
        bool onlyLooks)
    {
        var films = new Films(seed);
        var jobs = new List<SimJob>();
        AddLooks(jobs, films, tenants, capacity, launchCount);
        if (!onlyLooks)
        {
            AddFilms(jobs, films, tenants, capacity);
        }

        return [.. jobs.OrderBy(job => job.ArrivesAt)];
    }

    private static void AddLooks(
        List<SimJob> jobs,
        Films films,
        IReadOnlyList<SimTenant> tenants,
        double capacity,
        int launchCount)
    {
        var chance = films.Chance;
        for (var time = 0.0; time < Day;)
        {
            // A fifteenth of the farm on average, twice as much by day as by night.
            var rate = capacity / 34 / 15
                * (1 - (0.5 * Math.Cos(2 * Math.PI * time / Day)));
            time -= Math.Log(1 - chance.Unit()) / rate;
            jobs.Add(films.Look(tenants[chance.Below(tenants.Count)], time));
        }

        for (var i = 0; i < launchCount; i++)
        {
            jobs.Add(films.Look(
                tenants[chance.Below(tenants.Count)],
                LaunchAt + (LaunchSeconds * chance.Unit())));
        }
    }

    private static void AddFilms(
        List<SimJob> jobs, Films films, IReadOnlyList<SimTenant> tenants, double capacity)
    {
        var chance = films.Chance;
        jobs.Add(films.LongFilm(tenants[6 % tenants.Count], 10 * Hour));
        for (var work = 0.25 * capacity * Day; work > 0;)
        {
            var film = films.Film(
                tenants[chance.Below(tenants.Count * 6 / 10)],
                JobPriority.Normal,
                (7 * Hour) + (14 * Hour * chance.Unit()),
                6 + chance.Below(50));
            work -= film.Shots.Sum(shot => shot.Estimate);
            jobs.Add(film);
        }

        for (var work = 0.75 * capacity * Day; work > 0;)
        {
            var film = films.Film(
                tenants[tenants.Count - 1 - chance.Below(tenants.Count * 4 / 10)],
                JobPriority.Batch,
                chance.Below(4) * 4 * Hour,
                20 + chance.Below(200));
            work -= film.Shots.Sum(shot => shot.Estimate);
            jobs.Add(film);
        }
    }
}
