namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>What a job needs, as far as history tells.</summary>
internal sealed record JobNeed
{
    /// <summary>GPU-seconds of all its shots without a clip, at speed 1; the median.</summary>
    public required double Work { get; init; }

    /// <summary>How many these are.</summary>
    public required int ShotCount { get; init; }

    /// <summary>GPU-seconds of its longest chain.</summary>
    public required double ChainCost { get; init; }

    /// <summary>Shots of that chain.</summary>
    public required int ChainLength { get; init; }

    /// <summary>What a shot takes one time of ten, over the median.</summary>
    public double Spread { get; init; } = 1.5;
}
