using Microsoft.Extensions.Diagnostics.HealthChecks;
using RenderFarm.Worker.Rendering;

namespace RenderFarm.Worker;

/// <summary>A worker is ready once its models are loaded and have made a frame.</summary>
internal sealed class WorkerHealth(LoadedModels models) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(models.AreReady
            ? HealthCheckResult.Healthy($"serves {string.Join(", ", models.Queues)}")
            : HealthCheckResult.Unhealthy("the models are being loaded"));
}
