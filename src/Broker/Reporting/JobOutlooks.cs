using Microsoft.Extensions.Options;
using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Reporting;

/// <summary>What jobs have to expect, by the queue as it stands and the farm's history.</summary>
internal sealed class JobOutlooks(
    IJobStore store,
    ReadyLines lines,
    WorkerRoster roster,
    FarmHistory history,
    IOptions<JobReaderOptions> options,
    TimeProvider time)
{
    private const int MostJobs = 500;
    private const int MostQueues = 1000;

    /// <summary>A queue is looked at this often, however many ask.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (List<JobState> Jobs, long ReadAt)> known = [];

    /// <summary>
    /// What a job has to expect; null where nothing is left to be rendered, it is paused, or no
    /// worker is there to say how fast.
    /// </summary>
    public async Task<JobOutlook?> TakeAsync(JobState job, CancellationToken cancellationToken)
    {
        if (job.Status != JobStatus.Rendering || job.LeftCount == 0 || job.IsOverBudget)
        {
            return null;
        }

        var workerCount = (int)await roster.CountAsync(job.Queue, cancellationToken);
        if (workerCount == 0)
        {
            return null;
        }

        var waiting = await FindWaitingAsync(job.Queue, cancellationToken);
        var taken = (await history.FindAsync(job.Queue, cancellationToken)).All;
        var cost = DispatchOrder.ShotCost(job).TotalSeconds;
        var spread = taken is { Count: > 1 }
            ? taken.Quantile(0.9)!.Value / taken.Quantile(0.5)!.Value
            : 1.5;
        var forecast = Forecast.Of(
            ViewOf(job, waiting, workerCount),
            TenantOf(job),
            Ahead(job, waiting),
            new JobNeed
            {
                Work = job.LeftCount * cost,
                ShotCount = job.LeftCount,
                ChainLength = Math.Min(job.ChainLength, job.LeftCount),
                ChainCost = Math.Min(job.ChainLength, job.LeftCount) * cost,
                Spread = spread,
            });
        return new JobOutlook
        {
            QueuePosition = forecast.Position,
            EtaP50 = Rounded(forecast.P50),
            EtaP90 = Rounded(forecast.P90),
            EstimatedGpuTime = Rounded(TimeSpan.FromSeconds(job.LeftCount * cost)),
        };
    }

    private QueueView ViewOf(JobState job, List<JobState> waiting, int workerCount) => new()
    {
        Capacity = workerCount,
        WorkerCount = workerCount,
        BetterWork = waiting.Where(other => other.Priority < job.Priority).Sum(Left),
        Floor = PolicySettings.FloorOf(job.Priority),
        Backlogs =
        [
            .. waiting.Where(other => other.Priority == job.Priority && other.JobId != job.JobId)
                .Append(job)
                .GroupBy(TenantOf)
                .Select(ofTenant => new TenantBacklog(
                    ofTenant.Key, WeightOf(ofTenant.Key), ofTenant.Sum(Left))),
        ],
        HalfShot = DispatchOrder.ShotCost(job).TotalSeconds / 2,
    };

    /// <summary>What comes before a job in its own line.</summary>
    private static double Ahead(JobState job, List<JobState> waiting) => waiting
        .Where(other => other.JobId != job.JobId && other.Priority == job.Priority
            && TenantOf(other) == TenantOf(job)
            && DispatchOrder.OfJob(other) < DispatchOrder.OfJob(job))
        .Sum(Left);

    private async Task<List<JobState>> FindWaitingAsync(
        string queue, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (known.TryGetValue(queue, out var kept)
                && time.GetElapsedTime(kept.ReadAt) < Age)
            {
                return kept.Jobs;
            }
        }

        var jobs = new List<JobState>();
        foreach (var line in await lines.FindAsync(queue, cancellationToken))
        {
            var names = await store.ReadIndexAsync(
                IndexKeys.Jobs(queue, line), IndexRange.First(MostJobs), cancellationToken);
            var found = await store.LoadAsync<JobState>(
                [.. names.Select(RecordKeys.Job)], cancellationToken);
            jobs.AddRange(found.Where(job => job is not null).Select(job => job!.State));
        }

        lock (gate)
        {
            if (known.Count >= MostQueues)
            {
                known.Clear();
            }

            known[queue] = (jobs, time.GetTimestamp());
        }

        return jobs;
    }

    private double WeightOf(string tenantId) =>
        options.Value.Tenants.TryGetValue(tenantId, out var weight) ? weight : 1;

    private static double Left(JobState job) =>
        job.LeftCount * DispatchOrder.ShotCost(job).TotalSeconds;

    private static string TenantOf(JobState job) => job.PayingTenant ?? job.TenantId;

    /// <summary>To the second upward: more would look as if it were known.</summary>
    private static TimeSpan Rounded(TimeSpan duration) =>
        TimeSpan.FromSeconds(Math.Ceiling(duration.TotalSeconds));
}
