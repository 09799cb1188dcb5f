using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Recovery;

/// <summary>What the object store remembers of the job store's epochs.</summary>
internal sealed class EpochFiles(IObjectStore objects, IOptions<JobReaderOptions> jobs)
{
    private const int LongestRecord = 64 * 1024;

    private string TenantId => jobs.Value.TenantId;

    /// <summary>The last epoch and the greatest count of it; null before the first.</summary>
    public async Task<EpochRecord?> FindLastAsync(CancellationToken cancellationToken)
    {
        EpochRecord? last = null;
        foreach (var key in await KeysAsync(cancellationToken))
        {
            if (CountOf(key) is { } count)
            {
                last = last is not null && key.StartsWith(Folder(last), StringComparison.Ordinal)
                    ? last with { CommitCount = count }
                    : last;
                continue;
            }

            var bytes = await objects.TryGetAsync(key, LongestRecord, cancellationToken);
            last = bytes is null
                ? last
                : JsonSerializer.Deserialize<EpochRecord>(bytes, FarmJson.Options);
        }

        return last;
    }

    /// <summary>Writes an epoch; false when there is one of that number.</summary>
    public Task<bool> TryWriteAsync(EpochRecord epoch, CancellationToken cancellationToken) =>
        objects.PutIfAbsentAsync(
            ObjectKeys.Epoch(TenantId, epoch.EpochNumber),
            JsonSerializer.SerializeToUtf8Bytes(epoch, FarmJson.Indented),
            "application/json",
            cancellationToken);

    /// <summary>
    /// Remembers that an epoch had so many commits, and forgets all that says less.
    /// </summary>
    public async Task WriteCountAsync(
        int epochNumber, long commitCount, CancellationToken cancellationToken)
    {
        var name = ObjectKeys.EpochCount(TenantId, epochNumber, commitCount);
        await objects.PutIfAbsentAsync(
            name, ReadOnlyMemory<byte>.Empty, "text/plain", cancellationToken);
        foreach (var key in await KeysAsync(cancellationToken))
        {
            if (CountOf(key) is not null && string.CompareOrdinal(key, name) < 0)
            {
                await objects.DeleteAsync(key, cancellationToken);
            }
        }
    }

    private async Task<List<string>> KeysAsync(CancellationToken cancellationToken) =>
        await objects.ListAsync(ObjectKeys.Epochs(TenantId), cancellationToken)
            .Select(found => found.Key)
            .ToListAsync(cancellationToken);

    private string Folder(EpochRecord epoch) =>
        ObjectKeys.Epoch(TenantId, epoch.EpochNumber)[..^".json".Length] + "/";

    private static long? CountOf(string key) =>
        long.TryParse(
            key.AsSpan(key.LastIndexOf('/') + 1),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var count)
            ? count
            : null;
}
