using System.Text.Json;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.Reporting;

namespace RenderFarm.Broker.Recovery;

/// <summary>
/// Makes jobs' states anew from the object store: every spec whose job has not ended is opened, and
/// opening finds the clips, the cut and the order to stop.
/// </summary>
internal sealed class StateRebuild(
    JobFolders folders,
    SpecFiles specs,
    JobOpener opener,
    IOptions<JobReaderOptions> jobs,
    IOptions<BrokerOptions> options,
    TimeProvider time,
    ILogger<StateRebuild> log)
{
    /// <summary>
    /// A job that ended this long ago is opened, too: the word of its end may have been lost with
    /// the outbox, and is told again. Older ones are answered for from their records.
    /// </summary>
    private static readonly TimeSpan RetoldAge = TimeSpan.FromHours(1);

    /// <summary>Opens every job that is not long over. Doing it twice is harmless.</summary>
    /// <param name="keepRight">Called between two jobs.</param>
    /// <param name="cancellationToken">Ends the work between two jobs.</param>
    /// <returns>How many jobs were opened.</returns>
    public async Task<int> RunAsync(
        Func<CancellationToken, Task> keepRight, CancellationToken cancellationToken)
    {
        if (!options.Value.ResumeJobs)
        {
            return 0;
        }

        var count = 0;
        var tenantId = jobs.Value.TenantId;
        await foreach (var folder in folders.ReadAsync(tenantId, cancellationToken))
        {
            await keepRight(cancellationToken);
            if (IsOver(folder) || !await TryOpenAsync(tenantId, folder.JobId, cancellationToken))
            {
                continue;
            }

            count++;
        }

        return count;
    }

    private bool IsOver(JobFolder folder) =>
        folder.Spec is null || folder.Gone is not null
        || (folder.End is { } end && time.GetUtcNow() - end.ModifiedAt > RetoldAge);

    /// <summary>One spec that cannot be read must not keep a farm from starting.</summary>
    private async Task<bool> TryOpenAsync(
        string tenantId, string jobId, CancellationToken cancellationToken)
    {
        try
        {
            if (await specs.FindAsync(tenantId, jobId, cancellationToken) is not { } spec)
            {
                return false;
            }

            await opener.OpenAsync(spec, faults: [], cancellationToken);
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidDataException)
        {
            log.JobUnreadable(fault, jobId);
            return false;
        }
    }
}
