using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Stitcher.Orders;

/// <summary>Tells the Broker how an order ended.</summary>
internal sealed class BrokerLine(
    IFarmSender sender,
    IOptions<StitcherOptions> options,
    TimeProvider time,
    ILogger<BrokerLine> log)
{
    private static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Sends, again and again while the bus is away, for
    /// <see cref="StitcherOptions.ReportPatience"/> in all; then lets it be.
    /// </summary>
    public async Task ReportAsync<T>(T message, CancellationToken cancellationToken)
        where T : class
    {
        var start = time.GetTimestamp();
        var pause = TimeSpan.FromSeconds(0.5);
        while (!await TrySendAsync(message, cancellationToken))
        {
            var jittered = pause * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 1000.0));
            if (time.GetElapsedTime(start) + jittered > options.Value.ReportPatience)
            {
                log.ReportDropped(typeof(T).Name, options.Value.ReportPatience);
                return;
            }

            await Task.Delay(jittered, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<bool> TrySendAsync<T>(T message, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = new CancellationTokenSource(LongestSend, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            limit.Token, cancellationToken);
        try
        {
            await sender.SendAsync(FarmQueues.Reels, message, either.Token);
            return true;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            log.BusFailed(fault, typeof(T).Name);
            return false;
        }
    }
}
