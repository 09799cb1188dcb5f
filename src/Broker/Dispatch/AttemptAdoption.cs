using RenderFarm.Broker.State;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Dispatch;

/// <summary>
/// Takes attempts up again that a job store which lost its states knows nothing of, so that what
/// their workers have rendered is not lost with it.
/// </summary>
internal sealed class AttemptAdoption(
    JobLedger ledger, ProgressFeed progress, BrokerMetrics metrics, ILogger<AttemptAdoption> log)
{
    /// <summary>Gives a worker that renews an unknown lease its lease back, where it may.</summary>
    /// <returns>True when the lease is the worker's again.</returns>
    public async Task<bool> TryAsync(RenewLease renewal, CancellationToken cancellationToken)
    {
        if (renewal is not { WorkerId: { } workerId, RenderKey: { } renderKey })
        {
            return false;
        }

        var seen = (await ledger.FindShotsAsync(
            renewal.JobId, [renewal.ShotIndex], cancellationToken))[0];
        var adoption = new ShotEvent.Readopted(
            renewal.AttemptId,
            renewal.AttemptNumber,
            workerId,
            renderKey,
            renewal.Stage,
            renewal.StepNumber,
            renewal.StepCount);
        if (seen is not { Status: ShotStatus.Ready } || !ShotAdoption.IsOf(seen, adoption))
        {
            return false;
        }

        var ruling = await ledger.ApplyAsync(
            renewal.JobId, renewal.ShotIndex, adoption, cancellationToken);
        if (ruling is not { Verdict: Verdict.Applied })
        {
            return false;
        }

        metrics.Readopted();
        log.AttemptReadopted(renewal.JobId, renewal.ShotIndex, renewal.AttemptId, workerId);
        progress.Tell(ruling.Job, ruling.Shots[0]);
        return true;
    }
}
