using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>Remembers every commit record as it was when it was first seen.</summary>
internal sealed class ClipWatch(IObjectStore store, string tenantId, TimeProvider time)
{
    private const int LongestRecord = 64 * 1024;
    private const string Ending = "/accepted.json";
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, (string Digest, Clip Clip)> seen = [];

    /// <summary>Accepted clips by render key.</summary>
    public IReadOnlyDictionary<string, Clip> Clips =>
        seen.Values.ToDictionary(s => s.Clip.RenderKey, s => s.Clip);

    public async Task RunAsync(CancellationToken until)
    {
        try
        {
            while (true)
            {
                try
                {
                    await LookAsync(until);
                }
                catch (Exception) when (!until.IsCancellationRequested)
                {
                    // The store is away, which is no news here.
                }

                await Task.Delay(Period, time, until);
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
        }
    }

    /// <summary>Notes every record that is new.</summary>
    /// <returns>Keys of records that are not what they were.</returns>
    public async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        var changed = new List<string>();
        foreach (var (key, (digest, _)) in seen)
        {
            var bytes = await store.TryGetAsync(key, LongestRecord, cancellationToken);
            if (bytes is null || Convert.ToHexStringLower(SHA256.HashData(bytes)) != digest)
            {
                changed.Add(key);
            }
        }

        return changed;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await foreach (var found in store.ListAsync($"t/{tenantId}/clips/", cancellationToken))
        {
            if (!found.Key.EndsWith(Ending, StringComparison.Ordinal)
                || seen.ContainsKey(found.Key))
            {
                continue;
            }

            var bytes = await store.TryGetAsync(found.Key, LongestRecord, cancellationToken);
            if (bytes is not null)
            {
                seen[found.Key] = (
                    Convert.ToHexStringLower(SHA256.HashData(bytes)),
                    JsonSerializer.Deserialize<Clip>(bytes, FarmJson.Options)!);
            }
        }
    }
}
