using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RenderFarm.Storage.S3;

namespace RenderFarm.Storage;

/// <summary>
/// Makes sure before anything else that there is a bucket, and that it keeps its word.
/// </summary>
internal sealed class StorageStart(
    IObjectStore store, IOptions<StorageOptions> options, ILogger<StorageStart> log)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // A folder's writes are links, which the kernel makes one at a time: nothing to find out.
        if (store is not S3Store s3)
        {
            return;
        }

        await s3.EnsureBucketAsync(cancellationToken);
        if (await s3.ProbeConditionalWritesAsync(cancellationToken))
        {
            log.ConditionalWritesHold(s3.Place);
        }
        else if (options.Value.S3 is { AllowWeakWrites: true })
        {
            log.ConditionalWritesBroken(s3.Place);
        }
        else
        {
            throw new StoreException(
                $"conditional writes (If-None-Match: *) of {s3.Place} admitted two winners or none:"
                    + " two jobs could be accepted under one name, and finished work could be"
                    + " replaced; use another server or release, or set"
                    + " Storage__S3__AllowWeakWrites=true to go on with the weaker promise",
                canRetry: false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
