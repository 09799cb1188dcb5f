using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RenderFarm.Storage.S3;

namespace RenderFarm.Storage;

/// <summary>
/// Makes sure before anything else that there is a bucket, and that it keeps its word.
/// </summary>
internal sealed class StorageStart(
    IObjectStore store,
    IOptions<StorageOptions> options,
    TimeProvider time,
    ILogger<StorageStart> log)
    : IHostedService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // A folder's writes are links, which the kernel makes one at a time: nothing to find out.
        if (store is not S3Store s3)
        {
            return;
        }

        if (await ProbeAsync(s3, cancellationToken))
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

    /// <summary>
    /// Whether conditional writes hold. A server that is away is waited for, as the bus is: whoever
    /// starts a whole farm at once has no order to keep, and a restart would not bring it back.
    /// </summary>
    private async Task<bool> ProbeAsync(S3Store s3, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await s3.EnsureBucketAsync(cancellationToken);
                return await s3.ProbeConditionalWritesAsync(cancellationToken);
            }
            catch (StoreException fault) when (fault.CanRetry)
            {
                log.StoreAway(pause, fault.Message);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }
}
