using Microsoft.Extensions.Options;
using RenderFarm.Contracts.Shots;
using RenderFarm.Worker.Gpu;

namespace RenderFarm.Worker.Intake;

/// <summary>Tells the Broker every few seconds that this worker is there.</summary>
internal sealed class WorkerAnnouncer(
    BrokerLine broker, IOptions<WorkerOptions> options, TimeProvider time)
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lazy<(string? Name, long? MemoryBytes)> gpu = new(() => Find(options.Value));

    /// <summary>Announces until cancelled, the first time at once.</summary>
    public async Task RunAsync(
        IReadOnlyList<string> queues,
        Func<bool> isBusy,
        Func<bool> isLeaving,
        CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await AnnounceAsync(queues, isBusy(), isLeaving(), cancellationToken);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Announces once.</summary>
    public Task AnnounceAsync(
        IReadOnlyList<string> queues,
        bool busy,
        bool leaving,
        CancellationToken cancellationToken) =>
        broker.TryTellAsync(
            new WorkerAnnounced
            {
                WorkerId = options.Value.Id,
                Queues = queues,
                Busy = busy,
                Leaving = leaving,
                Gpu = gpu.Value.Name,
                GpuMemoryBytes = gpu.Value.MemoryBytes,
            },
            Interval,
            cancellationToken);

    private static (string? Name, long? MemoryBytes) Find(WorkerOptions options)
    {
        using var device =
            options.Device == "cpu" ? null : NvmlDevice.TryOpen(options.GpuIndex);
        return (device?.ReadName(), device?.Read().TotalBytes);
    }
}
