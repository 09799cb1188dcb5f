namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>What the tenants of a class have had.</summary>
internal sealed record FairClass
{
    /// <summary>How far the class has come; who returns starts from here.</summary>
    public double VirtualTime { get; init; }

    /// <summary>GPU-seconds that the class is owed by its floor.</summary>
    public double Owed { get; init; }

    /// <summary>GPU-seconds over weight, by tenant.</summary>
    public IReadOnlyDictionary<string, double> Tenants { get; init; } =
        new Dictionary<string, double>();

    /// <summary>
    /// Who had something waiting at the last decision, and keeps what is due to it.
    /// </summary>
    public IReadOnlyList<string> Waiting { get; init; } = [];
}
