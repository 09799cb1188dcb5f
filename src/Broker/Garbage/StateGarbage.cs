using System.Globalization;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Garbage;

/// <summary>
/// Forgets the states of jobs that ended long ago. Their records in the object store answer for
/// them from then on, so a state without one is kept.
/// </summary>
internal sealed class StateGarbage(
    IJobStore store, JobRecords records, IOptions<GarbageOptions> options, TimeProvider time)
{
    private const int PageSize = 100;

    /// <summary>Forgets one page of them.</summary>
    /// <returns>How many jobs were forgotten.</returns>
    public async Task<int> CollectAsync(CancellationToken cancellationToken)
    {
        var jobIds = await store.ReadIndexAsync(
            IndexKeys.Ended,
            new IndexRange
            {
                Greatest = IndexRules.Moment(time.GetUtcNow() - options.Value.StateAge),
                Count = PageSize,
            },
            cancellationToken);
        var count = 0;
        foreach (var jobId in jobIds)
        {
            count += await TryForgetAsync(jobId, cancellationToken) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Forgets one ended job, in one step.</summary>
    /// <returns>True when it is forgotten, or was not known.</returns>
    public async Task<bool> TryForgetAsync(string jobId, CancellationToken cancellationToken)
    {
        var job = await store.LoadAsync<JobState>(RecordKeys.Job(jobId), cancellationToken);
        if (job is null)
        {
            await store.CommitAsync(
                new Commit
                {
                    Records = [],
                    Indexes = [new(IndexKeys.Ended, jobId, null)],
                },
                cancellationToken);
            return true;
        }

        var state = job.State;
        if (!state.HasEnded || !state.Closed || !await HasRecordAsync(state, cancellationToken))
        {
            return false;
        }

        var shotIndexes = Enumerable.Range(0, state.ShotCount).ToList();
        var result = await store.CommitAsync(
            new Commit
            {
                Records =
                [
                    new(RecordKeys.Job(jobId), job.Version, null),
                    .. shotIndexes.Select(index => new RecordWrite(
                        RecordKeys.Shot(jobId, index), RecordWrite.AnyVersion, null)),
                    .. shotIndexes.Select(index => new RecordWrite(
                        RecordKeys.Plan(jobId, index), RecordWrite.AnyVersion, null)),
                ],
                Indexes =
                [
                    new(IndexKeys.Ended, jobId, null),
                    .. shotIndexes.Select(index => new IndexChange(
                        IndexKeys.Ready(jobId),
                        index.ToString(CultureInfo.InvariantCulture),
                        null)),
                ],
            },
            cancellationToken);
        return result == CommitResult.Committed;
    }

    private async Task<bool> HasRecordAsync(JobState job, CancellationToken cancellationToken) =>
        job.Status == JobStatus.Completed
            ? await records.FindReportAsync(
                job.TenantId, job.JobId, job.Revision, cancellationToken) is not null
            : await records.FindEndedAsync(
                job.TenantId, job.JobId, job.Revision, cancellationToken) is not null;
}
