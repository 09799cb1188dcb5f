using System.Runtime.CompilerServices;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Reporting;

/// <summary>Reads the jobs of a tenant off the names of their objects, one job at a time.</summary>
internal sealed class JobFolders(IObjectStore objects)
{
    /// <summary>Every job that has an object.</summary>
    public async IAsyncEnumerable<JobFolder> ReadAsync(
        string tenantId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prefix = ObjectKeys.Jobs(tenantId);
        var found = new List<StoredObject>();
        var jobId = "";

        // A store lists in key order, so that a job's objects follow each other.
        await foreach (var stored in objects.ListAsync(prefix, cancellationToken))
        {
            var slash = stored.Key.IndexOf('/', prefix.Length);
            if (slash < 0)
            {
                continue;
            }

            var owner = stored.Key[prefix.Length..slash];
            if (owner != jobId && found.Count > 0)
            {
                yield return new JobFolder(jobId, found);
                found = [];
            }

            jobId = owner;
            found.Add(stored);
        }

        if (found.Count > 0)
        {
            yield return new JobFolder(jobId, found);
        }
    }
}
