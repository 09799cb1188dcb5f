namespace RenderFarm.Broker.State;

/// <summary>Which members of an index are read: by score, then a page of those.</summary>
internal sealed record IndexRange
{
    /// <summary>The first page from the lowest score.</summary>
    public static IndexRange First(int count) => new() { Count = count };

    /// <summary>Least score.</summary>
    public double Least { get; init; } = double.NegativeInfinity;

    /// <summary>Greatest score.</summary>
    public double Greatest { get; init; } = double.PositiveInfinity;

    /// <summary>Members to pass over.</summary>
    public int Offset { get; init; }

    /// <summary>Most members.</summary>
    public required int Count { get; init; }
}
