using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using RenderFarm.ServiceDefaults.Scratch;
using RenderFarm.Storage;

namespace RenderFarm.Worker.Committing;

/// <summary>
/// The object store, asked again while it is in trouble: pauses from half a second to half a
/// minute with jitter, for <see cref="WorkerOptions.StorePatience"/> in all. What trying again
/// cannot change (no such object, a full disk) is passed on at once.
/// </summary>
internal sealed class PatientStore(
    IObjectStore store,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<PatientStore> log)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    public Task<byte[]?> TryGetAsync(
        string key, int maxBytes, CancellationToken cancellationToken) =>
        CallAsync(
            key,
            () => store.TryGetAsync(key, maxBytes, cancellationToken),
            cancellationToken);

    /// <summary>The first objects whose key starts so, in key order.</summary>
    public Task<List<StoredObject>> ListAsync(
        string prefix, int most, CancellationToken cancellationToken) =>
        CallAsync(
            prefix,
            async () =>
            {
                var found = new List<StoredObject>();
                await foreach (var one in store.ListAsync(prefix, cancellationToken))
                {
                    found.Add(one);
                    if (found.Count == most)
                    {
                        break;
                    }
                }

                return found;
            },
            cancellationToken);

    public Task GetFileAsync(string key, string path, CancellationToken cancellationToken) =>
        CallAsync(
            key,
            async () =>
            {
                await store.GetFileAsync(key, path, cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>Writes a file and asks the store whether all of it is there.</summary>
    public Task PutFileAsync(
        string key, string path, string contentType, CancellationToken cancellationToken) =>
        CallAsync(
            key,
            async () =>
            {
                await store.PutFileAsync(key, path, contentType, cancellationToken);
                var expected = new FileInfo(path).Length;
                var found = await store.TryHeadAsync(key, cancellationToken);
                if (found?.ByteCount != expected)
                {
                    throw new IOException(
                        $"wrote {expected} bytes to '{key}', found {found?.ByteCount ?? 0}");
                }

                return true;
            },
            cancellationToken);

    /// <summary>
    /// False says only that an object is there: it may be this call's own, written by a try whose
    /// answer was lost. Whoever needs to know reads it.
    /// </summary>
    public Task<bool> PutIfAbsentAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        string contentType,
        CancellationToken cancellationToken) =>
        CallAsync(
            key,
            () => store.PutIfAbsentAsync(key, bytes, contentType, cancellationToken),
            cancellationToken);

    private async Task<T> CallAsync<T>(
        string key, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var pause = TimeSpan.FromSeconds(0.5);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await call();
            }
            catch (Exception fault) when (MayPass(fault, cancellationToken))
            {
                var jittered = pause * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 1000.0));
                if (time.GetElapsedTime(start) + jittered > options.Value.StorePatience)
                {
                    throw new StoreTroubleException($"'{key}': {fault.Message}", fault);
                }

                log.StoreCallFailed(fault, key, jittered);
                await Task.Delay(jittered, time, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private static bool MayPass(Exception fault, CancellationToken cancellationToken) =>
        fault is not (ObjectNotFoundException or InvalidDataException or ArgumentException)
        && !(fault is StoreException { CanRetry: false })
        && !FullDisk.Caused(fault)
        && !(fault is OperationCanceledException && cancellationToken.IsCancellationRequested);
}
