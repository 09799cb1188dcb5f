using Microsoft.Extensions.Options;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Dispatch.Sweeps;

/// <summary>
/// Carries on jobs that stand still: clips all there and no reel asked for, ended with shots that
/// are not, a budget that is used, a reel that was asked for long ago.
/// </summary>
internal sealed class JobSweep(
    IJobStore store,
    JobLedger ledger,
    JobProgression progression,
    FilmFinisher finisher,
    IOptions<BrokerOptions> options,
    TimeProvider time) : ISweep
{
    private const int MostJobs = 1000;

    public string Name => "jobs";

    public TimeSpan Period => options.Value.SweepPeriod;

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var index in (string[])[IndexKeys.Finishing, IndexKeys.Closing])
        {
            var jobs = await FindAsync(index, double.PositiveInfinity, cancellationToken);
            foreach (var job in jobs)
            {
                await progression.CarryOnAsync(job, cancellationToken);
                count++;
            }
        }

        foreach (var job in await FindAsync(
            IndexKeys.OverBudget, double.PositiveInfinity, cancellationToken))
        {
            count += await TryEndAsync(job, cancellationToken) ? 1 : 0;
        }

        var longAgo = IndexRules.Moment(time.GetUtcNow() - options.Value.StitchTime);
        foreach (var job in await FindAsync(IndexKeys.Stitching, longAgo, cancellationToken))
        {
            // Another Broker may have asked, or the job ended, since the index was read.
            if (job.Status != JobStatus.Stitching
                || IndexRules.Moment(job.StitchAskedAt!.Value) > longAgo)
            {
                continue;
            }

            await finisher.AskAgainAsync(job, cancellationToken);
            count++;
        }

        return count;
    }

    /// <summary>
    /// Ends a job whose budget is used once nothing of it is on workers: nothing of it begins any
    /// more, so what is not leased now never will be.
    /// </summary>
    private async Task<bool> TryEndAsync(JobState job, CancellationToken cancellationToken)
    {
        var shots = await ledger.FindShotsAsync(job, cancellationToken);
        if (shots.Any(shot => shot.Status == ShotStatus.Leased))
        {
            return false;
        }

        var ruling = await ledger.ApplyAsync(
            job.JobId, new JobEvent.BudgetUsed(), cancellationToken);
        if (ruling is not { Verdict: Verdict.Applied })
        {
            return false;
        }

        await progression.CarryOnAsync(ruling.Job, cancellationToken);
        return true;
    }

    private async Task<List<JobState>> FindAsync(
        string index, double greatest, CancellationToken cancellationToken)
    {
        var names = await store.ReadIndexAsync(
            index, new IndexRange { Greatest = greatest, Count = MostJobs }, cancellationToken);
        var jobs = new List<JobState>(names.Count);
        foreach (var name in names)
        {
            if (await ledger.FindJobAsync(name, cancellationToken) is { } job)
            {
                jobs.Add(job);
            }
        }

        return jobs;
    }
}
