using System.Runtime.CompilerServices;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>One process' line to the object store: every call may fail, or be its last.</summary>
internal sealed class FakeObjectLine(FakeProcess process, FakeObjects objects) : IObjectStore
{
    public Task<bool> PutIfAbsentAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        string contentType,
        CancellationToken cancellationToken) =>
        AskAsync("put", key, () => objects.PutIfAbsent(key, bytes.ToArray()));

    public Task<byte[]?> TryGetAsync(
        string key, int maxBytes, CancellationToken cancellationToken) =>
        AskAsync("get", key, () => objects.TryGet(key));

    public Task<StoredObject?> TryHeadAsync(string key, CancellationToken cancellationToken) =>
        AskAsync("head", key, () => objects.TryHead(key));

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var found in await AskAsync("list", prefix, () => objects.List(prefix)))
        {
            yield return found;
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        AskAsync("delete", key, () => objects.Delete(key));

    public Uri PresignGet(string key, TimeSpan validFor) => new($"https://objects.test/{key}");

    public Task PutFileAsync(
        string key, string path, string contentType, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the Broker touches no files");

    public Task GetFileAsync(string key, string path, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the Broker touches no files");

    public Task<bool> ProbeConditionalWritesAsync(CancellationToken cancellationToken) =>
        Task.FromResult(true);

    private Task<T> AskAsync<T>(string what, string about, Func<T> effect) =>
        process.AskAsync(FakeEffectKind.Objects, what, about, effect);
}
