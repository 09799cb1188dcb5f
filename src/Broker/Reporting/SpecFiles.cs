using System.Text.Json;
using RenderFarm.Broker.Planning;
using RenderFarm.Contracts;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Reporting;

/// <summary>Jobs' specs in the object store: a job exists once its spec is written.</summary>
internal sealed class SpecFiles(IObjectStore objects)
{
    private const int LongestSpec = 256 * 1024 * 1024;

    /// <summary>Writes a spec, once.</summary>
    /// <returns>True when this call wrote it; false when the job had one.</returns>
    public Task<bool> TryWriteAsync(JobSpec spec, CancellationToken cancellationToken) =>
        objects.PutIfAbsentAsync(
            ObjectKeys.JobSpec(spec.TenantId, spec.JobId),
            JsonSerializer.SerializeToUtf8Bytes(spec, FarmJson.Indented),
            "application/json",
            cancellationToken);

    /// <summary>Reads a spec; null when there is no such job.</summary>
    public async Task<JobSpec?> FindAsync(
        string tenantId, string jobId, CancellationToken cancellationToken)
    {
        var bytes = await objects.TryGetAsync(
            ObjectKeys.JobSpec(tenantId, jobId), LongestSpec, cancellationToken);
        return bytes is null ? null : JsonSerializer.Deserialize<JobSpec>(bytes, FarmJson.Options);
    }
}
