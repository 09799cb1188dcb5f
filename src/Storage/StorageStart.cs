using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RenderFarm.Storage.S3;

namespace RenderFarm.Storage;

/// <summary>
/// Makes sure before anything else that there is a bucket, and that it keeps its word.
/// </summary>
internal sealed class StorageStart(IObjectStore store, ILogger<StorageStart> log) : IHostedService
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
        else
        {
            log.ConditionalWritesBroken(s3.Place);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
