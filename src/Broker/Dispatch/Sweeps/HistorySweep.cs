using Microsoft.Extensions.Options;

namespace RenderFarm.Broker.Dispatch.Sweeps;

/// <summary>Keeps what this Broker has learned of what shots take.</summary>
internal sealed class HistorySweep(FarmHistory history, IOptions<BrokerOptions> options) : ISweep
{
    public string Name => "history";

    public TimeSpan Period => options.Value.SweepPeriod;

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await history.KeepAsync(cancellationToken);

        // To learn is the ordinary course of things and no repair.
        return 0;
    }
}
