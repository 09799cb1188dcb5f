using Microsoft.Extensions.Options;
using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Census;

/// <summary>
/// Counts the farm from time to time, for the gauges. It reads counters and the ends of indexes,
/// never a job's shots, so that ten thousand jobs are counted within a second.
/// </summary>
internal sealed class FarmCensus(
    IJobStore store,
    WorkerRoster roster,
    FarmHistory history,
    RebuildGate gate,
    BrokerMetrics metrics,
    IOptions<BrokerOptions> options,
    TimeProvider time,
    ILogger<FarmCensus> log) : BackgroundService
{
    private const int MostJobs = 10_000;
    private const int MostShots = 10_000;
    private const int PageSize = 500;
    private const int AgedJobs = 200;

    /// <summary>Counts once.</summary>
    public async Task<FarmCount> CountAsync(CancellationToken cancellationToken)
    {
        var names = await store.ReadIndexAsync(
            IndexKeys.Queues, IndexRange.First(1000), cancellationToken);
        var queues = names.ToDictionary(name => name, name => new QueueCount(name));
        var jobs = await LoadJobsAsync(cancellationToken);
        var waiting = await CountReadyAsync(jobs, queues, cancellationToken);
        foreach (var name in names)
        {
            metrics.Jobs.Begin(name);
            var tickets = await ReadAsync(IndexKeys.Tickets(name), cancellationToken);
            waiting.AddRange(tickets);
            CountShots(tickets, jobs, queues, queue => queue.ReadyCount++);
        }

        CountShots(
            await ReadAsync(IndexKeys.Leased, cancellationToken),
            jobs,
            queues,
            queue => queue.LeasedCount++);
        foreach (var (jobId, _) in await ReadAsync(IndexKeys.Delayed, cancellationToken))
        {
            if (jobs.TryGetValue(jobId, out var job))
            {
                queues[job.Queue].DelayedCount++;
            }
        }

        await MeasureAgesAsync(waiting, queues, cancellationToken);
        await CountWorkersAsync(queues, cancellationToken);
        foreach (var queue in queues.Values)
        {
            var taken = await history.FindAsync(queue.Queue, cancellationToken);
            Estimate(queue, taken.All);
        }

        return new FarmCount(
            Statuses(jobs.Values), [.. queues.Values], await LagAsync(cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.Begin();
        using var timer = new PeriodicTimer(options.Value.CensusPeriod, time);
        do
        {
            try
            {
                await gate.PassAsync(stoppingToken);
                metrics.Stands(await CountAsync(stoppingToken));
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // An old count must not pass for a new one.
                metrics.Stands(null);
                log.CensusFailed(fault);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<Dictionary<string, JobState>> LoadJobsAsync(
        CancellationToken cancellationToken)
    {
        var jobIds = await store.ReadIndexAsync(
            IndexKeys.Active, IndexRange.First(MostJobs), cancellationToken);
        var jobs = new Dictionary<string, JobState>(jobIds.Count);
        foreach (var page in jobIds.Chunk(PageSize))
        {
            var found = await store.LoadAsync<JobState>(
                [.. page.Select(RecordKeys.Job)], cancellationToken);
            foreach (var job in found)
            {
                if (job is not null)
                {
                    jobs[job.State.JobId] = job.State;
                }
            }
        }

        return jobs;
    }

    /// <summary>
    /// Counts shots without a ticket, and what is left of every job.
    /// </summary>
    /// <returns>The next shot of each of the oldest jobs: who waits longest is there.</returns>
    private async Task<List<(string JobId, int ShotIndex)>> CountReadyAsync(
        Dictionary<string, JobState> jobs,
        Dictionary<string, QueueCount> queues,
        CancellationToken cancellationToken)
    {
        var next = new List<(string JobId, int ShotIndex)>();
        var agedCount = 0;
        foreach (var job in jobs.Values.Where(job => job.LeftCount > 0))
        {
            if (!queues.TryGetValue(job.Queue, out var queue))
            {
                queues[job.Queue] = queue = new QueueCount(job.Queue);
            }

            queue.LeftCount += job.LeftCount;
            queue.LeftWork += job.LeftCount * WorkOfShot(job);
            if (job.Status != JobStatus.Rendering)
            {
                continue;
            }

            var readyCount = (int)await store.CountIndexAsync(
                IndexKeys.Ready(job.JobId), double.NegativeInfinity, cancellationToken);
            queue.ReadyCount += readyCount;
            queue.OpenWork += readyCount * WorkOfShot(job);
            if (readyCount > 0 && agedCount++ < AgedJobs)
            {
                var head = await store.ReadIndexAsync(
                    IndexKeys.Ready(job.JobId), IndexRange.First(1), cancellationToken);
                next.AddRange(head.Select(shot => (job.JobId, int.Parse(
                    shot, System.Globalization.CultureInfo.InvariantCulture))));
            }
        }

        return next;
    }

    private async Task<List<(string JobId, int ShotIndex)>> ReadAsync(
        string index, CancellationToken cancellationToken)
    {
        var names = await store.ReadIndexAsync(
            index, IndexRange.First(MostShots), cancellationToken);
        return [.. names.Select(IndexKeys.ReadShot)];
    }

    private static void CountShots(
        IEnumerable<(string JobId, int ShotIndex)> shots,
        Dictionary<string, JobState> jobs,
        Dictionary<string, QueueCount> queues,
        Action<QueueCount> count)
    {
        foreach (var (jobId, _) in shots)
        {
            if (jobs.TryGetValue(jobId, out var job)
                && queues.TryGetValue(job.Queue, out var queue))
            {
                count(queue);
                queue.OpenWork += WorkOfShot(job);
            }
        }
    }

    private async Task MeasureAgesAsync(
        List<(string JobId, int ShotIndex)> waiting,
        Dictionary<string, QueueCount> queues,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var page in waiting.Chunk(PageSize))
        {
            var shots = await store.LoadAsync<ShotState>(
                [.. page.Select(shot => RecordKeys.Shot(shot.JobId, shot.ShotIndex))],
                cancellationToken);
            foreach (var shot in shots.Select(shot => shot?.State).OfType<ShotState>())
            {
                var age = now - (shot.ReadyAt ?? now);
                if (queues.TryGetValue(shot.Queue, out var queue) && age > queue.Age)
                {
                    queue.Age = age;
                }
            }
        }
    }

    private async Task CountWorkersAsync(
        Dictionary<string, QueueCount> queues, CancellationToken cancellationToken)
    {
        var workers = await roster.FindAllAsync(cancellationToken);
        foreach (var queue in queues.Values)
        {
            var setAside = await store.ReadIndexAsync(
                IndexKeys.SetAside(queue.Queue), IndexRange.First(MostShots), cancellationToken);
            foreach (var worker in workers.Where(w => w.Queues.Contains(queue.Queue)))
            {
                var state = setAside.Contains(worker.WorkerId) ? "set_aside"
                    : worker.Busy ? "busy" : "idle";
                queue.Workers[state]++;
            }
        }
    }

    private void Estimate(QueueCount queue, CostHistory taken)
    {
        queue.SecondsPerFrame = taken.OfFrame;
        var first = options.Value.FirstShotTime.TotalSeconds;
        queue.OpenSeconds = (taken.OfWork * queue.OpenWork)
            ?? (first * (queue.ReadyCount + queue.LeasedCount));
        queue.LeftSeconds = (taken.OfWork * queue.LeftWork)
            ?? (first * queue.LeftCount);
    }

    private async Task<TimeSpan> LagAsync(CancellationToken cancellationToken)
    {
        var oldest = await store.ReadOutboxAsync(1, cancellationToken);
        if (oldest.Count == 0 || !Guid.TryParse(oldest[0].Id, out var id))
        {
            return TimeSpan.Zero;
        }

        // The first 48 bits of a UUIDv7 are the moment it was made.
        var milliseconds = Convert.ToInt64(id.ToString("N")[..12], 16);
        var age = time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }

    private static Dictionary<string, int> Statuses(IReadOnlyCollection<JobState> jobs) =>
        ((JobStatus[])[JobStatus.Rendering, JobStatus.Paused, JobStatus.Stitching])
            .ToDictionary(JobRules.Word, status => jobs.Count(job => job.Status == status));

    private static double WorkOfShot(JobState job) => job.Work / Math.Max(1, job.ShotCount);
}
