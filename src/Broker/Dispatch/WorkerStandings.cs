using Microsoft.Extensions.Options;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Dispatch;

/// <summary>
/// Keeps how workers stand with queues, by <see cref="WorkerRules"/>. A record of its own, which is
/// changed after the shot's: a crash in between forgets one failure, or lets a worker be tried
/// once more.
/// </summary>
internal sealed class WorkerStandings(
    IJobStore store,
    JobLedger ledger,
    BrokerMetrics metrics,
    IOptions<BrokerOptions> options,
    TimeProvider time,
    ILogger<WorkerStandings> log)
{
    private const int MostTries = 50;
    private const int MostForgotten = 100;

    /// <summary>A standing that did not change for this long is about somebody long gone.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);
    private readonly RuleLimits limits = options.Value.Limits();

    /// <summary>
    /// Whether a worker may have the shot that it claims; if not, why, and how long it rests. A
    /// worker that was set aside and has rested may, with this one shot.
    /// </summary>
    public async Task<ClaimRefused?> TryRefuseAsync(
        ClaimShot claim, string queue, CancellationToken cancellationToken)
    {
        var canary = new CanaryState(claim.JobId, claim.ShotIndex, claim.AttemptId);
        var ruling = await ApplyAsync(
            claim.WorkerId,
            queue,
            async standing => new WorkerEvent.Claimed(
                canary, await IsOutAsync(standing.Canary, cancellationToken)),
            cancellationToken);
        if (ruling.Verdict == Verdict.Applied)
        {
            log.CanaryGranted(claim.WorkerId, queue, claim.JobId, claim.ShotIndex);
        }

        if (ruling.Verdict != Verdict.Refused)
        {
            return null;
        }

        var rest = ruling.Standing.RestUntil!.Value - time.GetUtcNow();
        return new ClaimRefused
        {
            Reason = ruling.Reason,
            RestTime = rest > TimeSpan.Zero ? rest : null,
        };
    }

    /// <summary>When the first of these workers has rested; now where none rests.</summary>
    public async Task<DateTimeOffset> FirstRestedAsync(
        string queue, IReadOnlyList<string> workerIds, CancellationToken cancellationToken)
    {
        var standings = await store.LoadAsync<WorkerStanding>(
            [.. workerIds.Select(id => RecordKeys.Standing(id, queue))], cancellationToken);
        return standings.Select(standing => standing?.State.RestUntil).Min() ?? time.GetUtcNow();
    }

    /// <summary>A worker failed an attempt that it is blamed for.</summary>
    public async Task FailedAsync(
        string workerId, string queue, string attemptId, CancellationToken cancellationToken)
    {
        var ruling = await ApplyAsync(
            workerId,
            queue,
            _ => Task.FromResult<WorkerEvent>(new WorkerEvent.Failed(attemptId)),
            cancellationToken);
        if (ruling is { Verdict: Verdict.Applied, Standing: { IsSetAside: true } standing })
        {
            metrics.SetAside(queue);
            log.WorkerSetAside(
                workerId, queue, standing.FailureCount, standing.RestUntil!.Value);
        }
    }

    /// <summary>A worker's clip was accepted.</summary>
    public async Task CommittedAsync(
        string workerId, string queue, string attemptId, CancellationToken cancellationToken)
    {
        var wasSetAside = false;
        var ruling = await ApplyAsync(
            workerId,
            queue,
            standing =>
            {
                wasSetAside = standing.IsSetAside;
                return Task.FromResult<WorkerEvent>(new WorkerEvent.Committed(attemptId));
            },
            cancellationToken);
        if (ruling.Verdict == Verdict.Applied && wasSetAside)
        {
            metrics.Returned(queue);
            log.WorkerReturned(workerId, queue);
        }
    }

    /// <summary>Forgets standings that nothing was added to for a day.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        var old = await store.ReadIndexAsync(
            IndexKeys.Standings,
            new IndexRange
            {
                Greatest = IndexRules.Moment(time.GetUtcNow() - Memory),
                Count = MostForgotten,
            },
            cancellationToken);
        foreach (var name in old)
        {
            // Queues have no slash, and neither have workers.
            var parts = name.Split('/', 2);
            await store.CommitAsync(
                Write(
                    new WorkerStanding { WorkerId = parts[0], Queue = parts[1] },
                    RecordWrite.AnyVersion),
                cancellationToken);
        }
    }

    private async Task<WorkerRuling> ApplyAsync(
        string workerId,
        string queue,
        Func<WorkerStanding, Task<WorkerEvent>> what,
        CancellationToken cancellationToken)
    {
        for (var tryNumber = 1; tryNumber <= MostTries; tryNumber++)
        {
            var kept = await store.LoadAsync<WorkerStanding>(
                RecordKeys.Standing(workerId, queue), cancellationToken);
            var standing = kept?.State
                ?? new WorkerStanding { WorkerId = workerId, Queue = queue };
            var ruling = WorkerRules.Apply(
                standing, await what(standing), limits, time.GetUtcNow());
            if (ruling.Verdict != Verdict.Applied
                || await store.CommitAsync(
                    Write(ruling.Standing, kept?.Version ?? 0), cancellationToken)
                == CommitResult.Committed)
            {
                return ruling;
            }
        }

        throw new InvalidOperationException(
            $"the standing of {workerId} was changed by others {MostTries} times");
    }

    private Commit Write(WorkerStanding standing, long version)
    {
        var (workerId, queue) = (standing.WorkerId, standing.Queue);
        return new Commit
        {
            Records =
            [
                new(
                    RecordKeys.Standing(workerId, queue),
                    version,
                    standing.IsClean ? null : StateRecords.Write(standing)),
            ],
            Indexes =
            [
                new(
                    IndexKeys.Standings,
                    IndexKeys.Standing(workerId, queue),
                    standing.IsClean ? null : IndexRules.Moment(time.GetUtcNow())),
                new(
                    IndexKeys.SetAside(queue),
                    workerId,
                    standing.RestUntil is { } until ? IndexRules.Moment(until) : null),
            ],
        };
    }

    /// <summary>
    /// Whether the shot holds the canary still: however its attempt ended, the seat is free then.
    /// </summary>
    private async Task<bool> IsOutAsync(
        CanaryState? canary, CancellationToken cancellationToken) =>
        canary is not null
        && (await ledger.FindShotsAsync(canary.JobId, [canary.ShotIndex], cancellationToken))[0]
            ?.Attempt?.AttemptId == canary.AttemptId;
}
