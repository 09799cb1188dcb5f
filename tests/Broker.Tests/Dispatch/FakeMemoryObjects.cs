using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>
/// An object store in memory that can fail when it is told to; a thousand seeded runs would wait
/// for a disk.
/// </summary>
internal sealed class FakeMemoryObjects(TimeProvider time) : IObjectStore
{
    private readonly ConcurrentDictionary<string, (byte[] Bytes, DateTimeOffset ModifiedAt)> objects
        = new();

    /// <summary>Called before every call; throws where the test wants a fault.</summary>
    public Action<string> Fault { get; set; } = _ => { };

    public Task<bool> PutIfAbsentAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        string contentType,
        CancellationToken cancellationToken)
    {
        Fault(key);
        return Task.FromResult(
            objects.TryAdd(key, (bytes.ToArray(), time.GetUtcNow())));
    }

    public Task PutFileAsync(
        string key, string path, string contentType, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the Broker touches no files");

    public Task<byte[]?> TryGetAsync(
        string key, int maxBytes, CancellationToken cancellationToken)
    {
        Fault(key);
        return Task.FromResult<byte[]?>(objects.GetValueOrDefault(key).Bytes);
    }

    public Task GetFileAsync(string key, string path, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the Broker touches no files");

    public Task<StoredObject?> TryHeadAsync(string key, CancellationToken cancellationToken)
    {
        Fault(key);
        return Task.FromResult(objects.TryGetValue(key, out var found)
            ? new StoredObject(key, found.Bytes.Length, found.ModifiedAt)
            : null);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Fault(prefix);
        await Task.CompletedTask;
        foreach (var (key, found) in objects.OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return new StoredObject(key, found.Bytes.Length, found.ModifiedAt);
            }
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        objects.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    public Uri PresignGet(string key, TimeSpan validFor) => new($"https://objects.test/{key}");

    public Task<bool> ProbeConditionalWritesAsync(CancellationToken cancellationToken) =>
        Task.FromResult(true);
}
