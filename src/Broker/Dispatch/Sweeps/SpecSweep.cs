using Microsoft.Extensions.Options;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.Reporting;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Dispatch.Sweeps;

/// <summary>
/// Begins jobs whose spec is written and of which nothing else is known: a submit that died between
/// the two, or a Redis that lost everything.
/// </summary>
internal sealed class SpecSweep(
    IObjectStore objects,
    SpecFiles specs,
    JobOpener opener,
    IOptions<JobReaderOptions> jobs,
    IOptions<BrokerOptions> options) : ISweep
{
    private const string Ending = "/spec.json";

    /// <summary>Jobs that were looked at; they need no second look in this process' life.</summary>
    private readonly HashSet<string> known = [];

    public string Name => "specs";

    public TimeSpan Period => options.Value.SpecPeriod;

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.ResumeJobs)
        {
            return 0;
        }

        var tenantId = jobs.Value.TenantId;
        var prefix = ObjectKeys.Jobs(tenantId);
        var count = 0;
        await foreach (var found in objects.ListAsync(prefix, cancellationToken))
        {
            if (!found.Key.EndsWith(Ending, StringComparison.Ordinal) || known.Contains(found.Key))
            {
                continue;
            }

            var jobId = found.Key[prefix.Length..^Ending.Length];
            if (!await opener.IsOpenAsync(jobId, cancellationToken)
                && await specs.FindAsync(tenantId, jobId, cancellationToken) is { } spec)
            {
                await opener.OpenAsync(spec, faults: [], cancellationToken);
                count++;
            }

            known.Add(found.Key);
        }

        return count;
    }
}
