using RenderFarm.Broker.Recovery;

namespace RenderFarm.Broker.Dispatch.Sweeps;

/// <summary>Runs every sweep in its period, the first time at once.</summary>
internal sealed class Sweeper(
    IEnumerable<ISweep> sweeps,
    RebuildGate gate,
    BrokerMetrics metrics,
    TimeProvider time,
    ILogger<Sweeper> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(sweeps.Select(sweep => RunAsync(sweep, stoppingToken)));

    private async Task RunAsync(ISweep sweep, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(sweep.Period, time);
        do
        {
            try
            {
                await gate.PassAsync(cancellationToken);
                var count = await sweep.SweepAsync(cancellationToken);
                if (count > 0)
                {
                    metrics.Repaired(sweep.Name, count);
                    log.SweepRepaired(sweep.Name, count);
                }
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
            {
                metrics.SweepFailed(sweep.Name);
                log.SweepFailed(fault, sweep.Name);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
