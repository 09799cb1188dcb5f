using Microsoft.Extensions.Options;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Worker.Intake;

/// <summary>Tells the Broker every few seconds that this worker is there.</summary>
internal sealed class WorkerAnnouncer(
    BrokerLine broker, IOptions<WorkerOptions> options, TimeProvider time)
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

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
            },
            Interval,
            cancellationToken);
}
