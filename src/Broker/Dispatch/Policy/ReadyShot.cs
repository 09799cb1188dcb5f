namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>A shot that a worker could begin now.</summary>
internal sealed record ReadyShot
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot.</summary>
    public required int ShotIndex { get; init; }

    /// <summary>What it is rendered with.</summary>
    public required ModelNeed Model { get; init; }

    /// <summary>Estimated GPU-seconds on a GPU of speed 1.</summary>
    public required double Cost { get; init; }

    /// <summary>The cost of the longest chain of shots that begins with it.</summary>
    public required double ChainCost { get; init; }

    /// <summary>Since when it waits.</summary>
    public required DateTimeOffset ReadyAt { get; init; }
}
