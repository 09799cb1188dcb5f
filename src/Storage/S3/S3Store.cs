using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using Microsoft.Extensions.Logging;

namespace RenderFarm.Storage.S3;

/// <summary>Objects in one bucket of an S3 server.</summary>
internal sealed class S3Store : IObjectStore, IDisposable
{
    private const int MaxTryCount = 6;
    private const int PartByteCount = 16 * 1024 * 1024;
    private const string WriterField = "x-amz-meta-writer";
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private readonly S3Options options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly AmazonS3Client client;
    private readonly S3Links links;
    private readonly TransferUtility transfer;
    private readonly S3Calls calls;

    public S3Store(S3Options options, TimeProvider time, ILogger<S3Store> log)
    {
        this.options = options;
        this.time = time;
        this.log = log;
        client = S3Connection.Open(options, options.Endpoint);
        links = new(options, time);
        transfer = new(client, new TransferUtilityConfig { ConcurrentServiceRequests = 4 });
        calls = new(Place);
    }

    /// <summary>The bucket and where it is, for people.</summary>
    public string Place => $"bucket '{options.Bucket}' at {options.Endpoint}";

    /// <summary>Makes the bucket unless it is there.</summary>
    /// <exception cref="StoreException">The server cannot be reached or refuses us.</exception>
    public async Task EnsureBucketAsync(CancellationToken cancellationToken)
    {
        var there = await calls.RunAsync("find the bucket (Storage__S3__Endpoint)", async () =>
        {
            try
            {
                await client.HeadBucketAsync(
                    new HeadBucketRequest { BucketName = options.Bucket }, cancellationToken);
                return true;
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
            {
                return false;
            }
        }, cancellationToken);
        if (there)
        {
            return;
        }

        await calls.RunAsync("make the bucket", async () =>
        {
            try
            {
                return await client.PutBucketAsync(
                    new PutBucketRequest { BucketName = options.Bucket }, cancellationToken);
            }
            catch (BucketAlreadyOwnedByYouException)
            {
                // Another service of the farm started at the same moment.
                return null;
            }
        }, cancellationToken);
        log.BucketMade(options.Bucket, new Uri(options.Endpoint));
    }

    public Task<bool> PutIfAbsentAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        string contentType,
        CancellationToken cancellationToken)
    {
        ObjectNames.Check(key);
        return calls.RunAsync($"write '{key}' once",
            () => WriteOnceAsync(key, bytes, contentType, cancellationToken), cancellationToken);
    }

    public async Task PutFileAsync(
        string key, string path, string contentType, CancellationToken cancellationToken)
    {
        ObjectNames.Check(key);
        var request = new TransferUtilityUploadRequest
        {
            BucketName = options.Bucket,
            Key = key,
            FilePath = path,
            ContentType = contentType,
            PartSize = PartByteCount,
        };
        await calls.RunAsync($"write '{key}'", async () =>
        {
            await transfer.UploadAsync(request, cancellationToken);
            return true;
        }, cancellationToken);
    }

    public Task<byte[]?> TryGetAsync(
        string key, int maxBytes, CancellationToken cancellationToken)
    {
        ObjectNames.Check(key);
        return ReadAsync(key, async (response, length) =>
        {
            if (length > maxBytes)
            {
                throw new InvalidDataException(
                    $"object '{key}' has {length} bytes, more than the {maxBytes} it may have");
            }

            var bytes = new byte[length];
            await response.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }, cancellationToken);
    }

    public async Task GetFileAsync(string key, string path, CancellationToken cancellationToken)
    {
        ObjectNames.Check(key);
        _ = await ReadAsync(key, async (response, _) =>
        {
            await WholeFile.WriteAsync(path, file => response.CopyToAsync(file, cancellationToken));
            return path;
        }, cancellationToken) ?? throw new ObjectNotFoundException(key);
    }

    public async Task<StoredObject?> TryHeadAsync(string key, CancellationToken cancellationToken)
    {
        ObjectNames.Check(key);
        return await calls.RunAsync($"look at '{key}'", async () =>
            await HeadAsync(key, cancellationToken) is { } found
                ? new StoredObject(key, found.ContentLength, Moment(found.LastModified))
                : null, cancellationToken);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectNames.CheckPrefix(prefix);
        var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = prefix };
        do
        {
            var page = await calls.RunAsync($"list '{prefix}'",
                () => client.ListObjectsV2Async(request, cancellationToken), cancellationToken);
            // The SDK gives null for no objects at all.
            foreach (var found in page.S3Objects ?? [])
            {
                yield return new(found.Key, found.Size ?? 0, Moment(found.LastModified));
            }

            request.ContinuationToken =
                page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        ObjectNames.Check(key);
        return calls.RunAsync($"delete '{key}'",
            () => client.DeleteObjectAsync(options.Bucket, key, cancellationToken),
            cancellationToken);
    }

    public Task<int> RemoveUnfinishedAsync(
        DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        new S3Uploads(client, options.Bucket, calls)
            .RemoveAsync(before, most, cancellationToken);

    public Uri PresignGet(string key, TimeSpan validFor) => links.PresignGet(key, validFor);

    public Task<bool> ProbeConditionalWritesAsync(CancellationToken cancellationToken) =>
        ConditionalWriteProbe.RunAsync(this, cancellationToken);

    public void Dispose()
    {
        transfer.Dispose();
        client.Dispose();
        links.Dispose();
    }

    private static DateTimeOffset Moment(DateTime? modified) =>
        new(modified?.ToUniversalTime() ?? DateTime.UnixEpoch);

    /// <summary>
    /// A write whose answer was lost may have been made, and the SDK's own retry then meets its own
    /// object. So each write carries a name, and in doubt the object is asked whose it is.
    /// </summary>
    private async Task<bool> WriteOnceAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        string contentType,
        CancellationToken cancellationToken)
    {
        var writer = Guid.CreateVersion7().ToString("n");
        for (var tryNumber = 1; ; tryNumber++)
        {
            try
            {
                using var body = new MemoryStream(bytes.ToArray(), writable: false);
                var request = new PutObjectRequest
                {
                    BucketName = options.Bucket,
                    Key = key,
                    InputStream = body,
                    ContentType = contentType,
                    IfNoneMatch = "*",
                };
                request.Metadata.Add(WriterField, writer);
                await client.PutObjectAsync(request, cancellationToken);
                return true;
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return await WriterOfAsync(key, cancellationToken) == writer;
            }
            catch (Exception e) when (tryNumber < MaxTryCount
                && !cancellationToken.IsCancellationRequested
                && S3Calls.IsUndecided(e))
            {
                log.WriteInDoubt(key, tryNumber, e.Message);
            }

            await Task.Delay(FirstPause * (1 << (tryNumber - 1)), time, cancellationToken);
            if (await WriterOfAsync(key, cancellationToken) is { } found)
            {
                return found == writer;
            }
        }
    }

    /// <returns>Whose write the object is ("" for none of ours), or null when there is
    /// none.</returns>
    private async Task<string?> WriterOfAsync(string key, CancellationToken cancellationToken) =>
        await HeadAsync(key, cancellationToken) is { } found
            ? found.Metadata[WriterField] ?? ""
            : null;

    private async Task<GetObjectMetadataResponse?> HeadAsync(
        string key, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetObjectMetadataAsync(options.Bucket, key, cancellationToken);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Reads an object, again from its start when its bytes stop coming half way.
    /// </summary>
    private Task<T?> ReadAsync<T>(
        string key, Func<Stream, long, Task<T>> read, CancellationToken cancellationToken)
        where T : class =>
        calls.RunAsync($"read '{key}'", async () =>
        {
            for (var tryNumber = 1; ; tryNumber++)
            {
                try
                {
                    using var response =
                        await client.GetObjectAsync(options.Bucket, key, cancellationToken);
                    return await read(response.ResponseStream, response.ContentLength);
                }
                catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchKey")
                {
                    return null;
                }
                catch (Exception e) when (tryNumber < MaxTryCount && S3Calls.IsLostLine(e))
                {
                    await Task.Delay(FirstPause * tryNumber, time, cancellationToken);
                }
            }
        }, cancellationToken);
}
