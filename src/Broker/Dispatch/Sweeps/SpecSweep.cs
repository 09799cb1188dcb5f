using Microsoft.Extensions.Options;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Dispatch.Sweeps;

/// <summary>
/// Compares jobs with what the object store says of them, which is right: begins those whose spec
/// is written and of which nothing else is known, ends those whose records say so, and writes the
/// record of an end that has none.
/// </summary>
internal sealed class SpecSweep(
    JobFolders folders,
    SpecFiles specs,
    JobRecords records,
    JobOpener opener,
    JobLedger ledger,
    RebuildGate gate,
    IOptions<JobReaderOptions> jobs,
    IOptions<BrokerOptions> options) : ISweep
{
    /// <summary>Jobs that are over on both sides; they need no second look in an epoch.</summary>
    private HashSet<string> settled = [];
    private int settledEpoch;

    public string Name => "specs";

    public TimeSpan Period => options.Value.SpecPeriod;

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.ResumeJobs)
        {
            return 0;
        }

        if (settledEpoch != gate.EpochNumber)
        {
            settled = [];
            settledEpoch = gate.EpochNumber;
        }

        var tenantId = jobs.Value.TenantId;
        var count = 0;
        var stillThere = new HashSet<string>();
        await foreach (var folder in folders.ReadAsync(tenantId, cancellationToken))
        {
            var isSettled = settled.Contains(folder.JobId);
            if (folder.Spec is not null && folder.Gone is null && !isSettled)
            {
                (var changed, isSettled) = await CompareAsync(
                    tenantId, folder, cancellationToken);
                count += changed ? 1 : 0;
            }

            if (isSettled)
            {
                stillThere.Add(folder.JobId);
            }
        }

        settled = stillThere;
        return count;
    }

    private async Task<(bool Changed, bool IsSettled)> CompareAsync(
        string tenantId, JobFolder folder, CancellationToken cancellationToken)
    {
        var state = await ledger.FindJobAsync(folder.JobId, cancellationToken);
        if (state is null)
        {
            if (folder.End is not null)
            {
                // Its state was let go after its time, and its records answer for it.
                return (false, true);
            }

            var spec = await specs.FindAsync(tenantId, folder.JobId, cancellationToken);
            if (spec is null)
            {
                return (false, false);
            }

            await opener.OpenAsync(spec, faults: [], cancellationToken);
            return (true, false);
        }

        if (!state.HasEnded)
        {
            var mayBeOver = folder.End is not null || folder.Cancel is not null;
            return (mayBeOver && await opener.SettleAsync(
                tenantId, folder.JobId, cancellationToken), false);
        }

        var lacksRecord = folder.End is null && state.Status != JobStatus.Completed;
        if (lacksRecord)
        {
            await records.WriteEndedAsync(state, cancellationToken);
        }

        return (lacksRecord, state.Closed);
    }
}
