using System.Text.Json;
using Microsoft.Extensions.Options;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Dispatch;

/// <summary>Finds clips that are accepted already: the object store is the truth.</summary>
internal sealed class AcceptedClips(IObjectStore objects, IOptions<BrokerOptions> options)
{
    private const int LongestRecord = 64 * 1024;

    /// <summary>Reads the commit record of one render key; null when there is none.</summary>
    /// <exception cref="InvalidDataException">The record is about something else.</exception>
    public async Task<Clip?> FindAsync(
        string tenantId, string renderKey, CancellationToken cancellationToken)
    {
        var key = ObjectKeys.AcceptedClip(tenantId, renderKey);
        var bytes = await objects.TryGetAsync(key, LongestRecord, cancellationToken);
        if (bytes is null)
        {
            return null;
        }

        var clip = JsonSerializer.Deserialize<Clip>(bytes, FarmJson.Options);
        return clip?.RenderKey == renderKey
            ? clip
            : throw new InvalidDataException(
                $"{key} must be about its own render key, and is about {clip?.RenderKey}");
    }

    /// <summary>Reads the commit records of many render keys, some at a time.</summary>
    public async Task<IReadOnlyDictionary<string, Clip>> FindAsync(
        string tenantId, IEnumerable<string> renderKeys, CancellationToken cancellationToken)
    {
        var keys = renderKeys.Distinct().ToList();
        var clips = new Clip?[keys.Count];
        await Parallel.ForAsync(
            0,
            keys.Count,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = options.Value.LookupCount,
                CancellationToken = cancellationToken,
                TaskScheduler = TaskScheduler.Current,
            },
            async (index, token) =>
                clips[index] = await FindAsync(tenantId, keys[index], token));
        return clips.OfType<Clip>().ToDictionary(clip => clip.RenderKey);
    }
}
