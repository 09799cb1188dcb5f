using System.Runtime.CompilerServices;
using RenderFarm.Storage;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>A real store that runs a test's code before each call; that code may throw.</summary>
internal sealed class FaultyStore(IObjectStore store) : IObjectStore
{
    /// <summary>Gets the method's name and the key.</summary>
    public Func<string, string, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public async Task<bool> PutIfAbsentAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        string contentType,
        CancellationToken cancellationToken)
    {
        await Before(nameof(PutIfAbsentAsync), key);
        return await store.PutIfAbsentAsync(key, bytes, contentType, cancellationToken);
    }

    public async Task PutFileAsync(
        string key, string path, string contentType, CancellationToken cancellationToken)
    {
        await Before(nameof(PutFileAsync), key);
        await store.PutFileAsync(key, path, contentType, cancellationToken);
    }

    public async Task<byte[]?> TryGetAsync(
        string key, int maxBytes, CancellationToken cancellationToken)
    {
        await Before(nameof(TryGetAsync), key);
        return await store.TryGetAsync(key, maxBytes, cancellationToken);
    }

    public async Task GetFileAsync(string key, string path, CancellationToken cancellationToken)
    {
        await Before(nameof(GetFileAsync), key);
        await store.GetFileAsync(key, path, cancellationToken);
    }

    public async Task<StoredObject?> TryHeadAsync(string key, CancellationToken cancellationToken)
    {
        await Before(nameof(TryHeadAsync), key);
        return await store.TryHeadAsync(key, cancellationToken);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Before(nameof(ListAsync), prefix);
        await foreach (var found in store.ListAsync(prefix, cancellationToken))
        {
            yield return found;
        }
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        await Before(nameof(DeleteAsync), key);
        await store.DeleteAsync(key, cancellationToken);
    }

    public Uri PresignGet(string key, TimeSpan validFor) => store.PresignGet(key, validFor);

    public Task<bool> ProbeConditionalWritesAsync(CancellationToken cancellationToken) =>
        store.ProbeConditionalWritesAsync(cancellationToken);
}
