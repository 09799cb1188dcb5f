namespace RenderFarm.Broker.Dispatch.Sweeps;

/// <summary>
/// Looks for what a lost message or a crash left behind and puts it right by an ordinary, guarded
/// step; harmless to do twice, and by several Brokers at once.
/// </summary>
internal interface ISweep
{
    /// <summary>Its name in logs and metrics.</summary>
    string Name { get; }

    /// <summary>The time between two sweeps.</summary>
    TimeSpan Period { get; }

    /// <summary>Sweeps once.</summary>
    /// <returns>How many things were put right.</returns>
    Task<int> SweepAsync(CancellationToken cancellationToken);
}
