using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Reporting;

/// <summary>Which jobs there are, for whoever looks.</summary>
internal sealed class JobLists(IJobStore store)
{
    /// <summary>The most that are listed at once.</summary>
    public const int MostJobs = 200;

    /// <summary>Open jobs from the newest on, then ended ones.</summary>
    /// <param name="count">At most so many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<JobList> TakeAsync(int count, CancellationToken cancellationToken)
    {
        List<string> jobIds = [];
        foreach (var index in (string[])[IndexKeys.Active, IndexKeys.Closing, IndexKeys.Ended])
        {
            jobIds.AddRange(await NewestAsync(index, count - jobIds.Count, cancellationToken));
        }

        // A job that ends meanwhile is met twice, one that is forgotten meanwhile is no more.
        var keys = jobIds.Distinct().Select(RecordKeys.Job).ToList();
        var jobs = await store.LoadAsync<JobState>(keys, cancellationToken);
        return new JobList
        {
            Jobs = [.. jobs.Where(job => job is not null).Select(job => Take(job!.State))],
        };
    }

    private async Task<IEnumerable<string>> NewestAsync(
        string index, int count, CancellationToken cancellationToken)
    {
        if (count <= 0)
        {
            return [];
        }

        var total = await store.CountIndexAsync(
            index, double.NegativeInfinity, cancellationToken);
        var newest = await store.ReadIndexAsync(
            index,
            new IndexRange { Offset = (int)Math.Max(0, total - count), Count = count },
            cancellationToken);
        return newest.Reverse();
    }

    private static JobSummary Take(JobState job) => new()
    {
        JobId = job.JobId,
        Title = job.Title,
        Status = job.Status,
        Reason = job.Reason,
        AcceptedAt = job.AcceptedAt,
        EndedAt = job.EndedAt,
        Priority = job.Priority,
        ShotCount = job.ShotCount,
        LeftCount = job.LeftCount,
        MissingCount = job.MissingCount,
        CachedCount = job.CachedCount,
        FrameCount = job.FrameCount,
        GpuTime = job.GpuTime,
        Budget = job.Budget,
    };
}
