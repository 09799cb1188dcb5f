using Microsoft.Extensions.Options;
using RenderFarm.Broker.Reporting;

namespace RenderFarm.Broker.State;

/// <summary>
/// Ends the shots of an ended job: not one step but some, each harmless to repeat. The job's own
/// state already keeps anything more from being claimed.
/// </summary>
internal sealed class JobCloser(
    IJobStore store,
    JobLedger ledger,
    JobRecords records,
    IOptions<BrokerOptions> options,
    TimeProvider time)
{
    private const int BatchSize = 64;
    private const int MostTries = 50;
    private readonly RuleLimits limits = options.Value.Limits();

    /// <summary>
    /// Writes down how the job ended, ends every shot that is not, then says so in the job.
    /// </summary>
    public async Task CloseAsync(JobState job, CancellationToken cancellationToken)
    {
        await records.WriteEndedAsync(job, cancellationToken);
        foreach (var batch in Enumerable.Range(0, job.ShotCount).Chunk(BatchSize))
        {
            await EndAsync(job, batch, cancellationToken);
        }

        await ledger.ApplyAsync(job.JobId, new JobEvent.ShotsEnded(), cancellationToken);
    }

    private async Task EndAsync(
        JobState job, int[] shotIndexes, CancellationToken cancellationToken)
    {
        for (var tryNumber = 1; tryNumber <= MostTries; tryNumber++)
        {
            var shots = await store.LoadAsync<ShotState>(
                [.. shotIndexes.Select(index => RecordKeys.Shot(job.JobId, index))],
                cancellationToken);
            var ended = shots.Select(shot => (
                shot!.Version,
                Ruling: ShotRules.Apply(
                    new ShotView(job, shot.State, []),
                    new ShotEvent.JobEnded(),
                    limits,
                    time.GetUtcNow())))
                .Where(shot => shot.Ruling.Verdict == Verdict.Applied)
                .Select(shot => (shot.Version, Shot: shot.Ruling.Shots[0]))
                .ToList();
            var result = await store.CommitAsync(
                new Commit
                {
                    Records = [.. ended.Select(e => StateRecords.Write(e.Shot, e.Version))],
                    Indexes = [.. ended.SelectMany(e => IndexRules.Of(e.Shot))],
                },
                cancellationToken);
            if (result == CommitResult.Committed)
            {
                return;
            }
        }

        throw new InvalidOperationException(
            $"shots of job {job.JobId} were changed by others {MostTries} times while it closed");
    }
}
