using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// The object store of a simulated world. Whatever is in it once must stay as it is: all names of
/// the farm are written once.
/// </summary>
internal sealed class FakeObjects(FakeWorld world)
{
    /// <summary>What was read of commit records: they are asked for after every step.</summary>
    private readonly Dictionary<string, string> accepted = [];

    private readonly SortedDictionary<string, byte[]> objects = new(StringComparer.Ordinal);

    public bool PutIfAbsent(string key, byte[] bytes)
    {
        if (world.Setup.Mutant == Mutant.UnconditionalWrite)
        {
            Put(key, bytes);
            return true;
        }

        return objects.TryAdd(key, bytes);
    }

    /// <summary>Writes an object that nobody else has a name for.</summary>
    public void Put(string key, byte[] bytes)
    {
        if (objects.TryGetValue(key, out var known) && !known.AsSpan().SequenceEqual(bytes))
        {
            throw new BrokenInvariantException($"{key} was written, and is overwritten");
        }

        objects[key] = bytes;
        accepted.Remove(key);
    }

    /// <summary>The attempt that a commit record names; null when there is no record.</summary>
    public string? AcceptedIn(string key)
    {
        if (!accepted.TryGetValue(key, out var attemptId)
            && TryGet<Clip>(key) is { } clip)
        {
            accepted.Add(key, attemptId = clip.AttemptId);
        }

        return attemptId;
    }

    public byte[]? TryGet(string key) => IsUnread(key) ? null : objects.GetValueOrDefault(key);

    /// <summary>Reads a record; null when there is none.</summary>
    public T? TryGet<T>(string key)
        where T : class =>
        TryGet(key) is { } bytes ? JsonSerializer.Deserialize<T>(bytes, FarmJson.Options) : null;

    public StoredObject? TryHead(string key) =>
        !IsUnread(key) && objects.TryGetValue(key, out var bytes)
            ? new StoredObject(key, bytes.Length, DateTimeOffset.UnixEpoch)
            : null;

    public IReadOnlyList<StoredObject> List(string prefix) =>
    [
        .. objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(o => new StoredObject(o.Key, o.Value.Length, DateTimeOffset.UnixEpoch)),
    ];

    public bool Delete(string key) => objects.Remove(key);

    private bool IsUnread(string key) => world.Setup.Mutant == Mutant.EndRecordsUnread
        && (key.EndsWith("cancel.json", StringComparison.Ordinal)
            || key.EndsWith("ended.json", StringComparison.Ordinal));
}
