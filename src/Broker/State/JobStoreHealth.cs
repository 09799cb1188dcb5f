using Microsoft.Extensions.Diagnostics.HealthChecks;
using RenderFarm.Broker.Recovery;

namespace RenderFarm.Broker.State;

/// <summary>Whether jobs' states can be read.</summary>
internal sealed class JobStoreHealth(IJobStore store, RebuildGate gate) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!gate.IsOpen)
        {
            return HealthCheckResult.Degraded("jobs' states are being rebuilt");
        }

        try
        {
            var count = await store.CountIndexAsync(
                IndexKeys.Active, double.NegativeInfinity, cancellationToken);
            return HealthCheckResult.Healthy($"{count} active jobs");
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("jobs' states cannot be read", fault);
        }
    }
}
