using Microsoft.Extensions.Options;
using RenderFarm.Contracts.Reels;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.ServiceDefaults.Scratch;
using RenderFarm.ServiceDefaults.Telemetry;
using RenderFarm.Stitcher.Orders;
using RenderFarm.Storage;

namespace RenderFarm.Stitcher.Stitching;

/// <summary>
/// Works off the orders, and tells the Broker of each how it ended. The one place where a stitcher
/// decides about failures. A stop drops what is in hand: the Broker asks again.
/// </summary>
internal sealed class StitchLoop(
    OrderBook orders,
    ReelStitcher stitcher,
    PatientSender sender,
    IOptions<StitcherOptions> options,
    TimeProvider time,
    ILogger<StitchLoop> log) : IHostedLifecycleService, IDisposable
{
    private const int LongestMessage = 2000;

    private readonly CancellationTokenSource stopping = new();
    private Task working = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        StitcherMetrics.Begin();
        Leftovers.Remove(options.Value.ScratchFolder, time);
        working = Task.WhenAll(
            Enumerable.Range(0, options.Value.ReelCount).Select(_ => WorkAsync()));
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await working;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => stopping.Dispose();

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var order in orders.ReadAllAsync(stopping.Token))
            {
                await FillAsync(order, stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task FillAsync(StitchReel order, CancellationToken cancellationToken)
    {
        using var span = FarmTrace.Start("stitch", order.TraceParent);
        span?.SetTag(TraceTags.Job, order.JobId);
        Reel reel;
        try
        {
            reel = await StitchAsync(order, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            var permanent = IsPermanent(fault);
            StitcherMetrics.Failed(permanent);
            log.ReelFailed(fault, order.JobId, order.Revision, permanent);
            await ReportAsync(
                new ReelFailed
                {
                    JobId = order.JobId,
                    Revision = order.Revision,
                    Message = Describe(fault),
                    Permanent = permanent,
                    EarlierFailureCount = order.EarlierFailureCount,
                },
                cancellationToken);
            return;
        }

        StitcherMetrics.Stitched(reel);
        log.ReelStitched(order.JobId, order.Revision, reel.ObjectKey, reel.StitchTime);
        await ReportAsync(new ReelStitched { Reel = reel }, cancellationToken);
    }

    /// <summary>
    /// Joins a reel, and ends its order before anybody hears of that: who does may ask again at
    /// once, and would be taken for one who repeats himself.
    /// </summary>
    private async Task<Reel> StitchAsync(StitchReel order, CancellationToken cancellationToken)
    {
        try
        {
            return await stitcher.StitchAsync(order, cancellationToken);
        }
        finally
        {
            orders.End(order);
        }
    }

    /// <summary>Tells the Broker how an order ended; it asks again when that is lost.</summary>
    private Task ReportAsync<T>(T message, CancellationToken cancellationToken)
        where T : class =>
        sender.SendAsync(
            FarmQueues.Reels, message, options.Value.ReportPatience, cancellationToken);

    /// <summary>What is gone or wrong in the store stays so; other trouble passes.</summary>
    private static bool IsPermanent(Exception fault) =>
        fault is ObjectNotFoundException or InvalidDataException or ArgumentException;

    private static string Describe(Exception fault)
    {
        var text = FullDisk.Caused(fault)
            ? $"the stitcher's disk is full: {fault.Message}"
            : fault.Message;
        return text.Length <= LongestMessage ? text : text[..LongestMessage];
    }
}
