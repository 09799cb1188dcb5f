namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>What a tenant may have.</summary>
internal sealed record TenantTerms
{
    /// <summary>Terms that nobody set.</summary>
    public static TenantTerms Usual { get; } = new();

    /// <summary>Its share is this over the sum of the weights of all who have work.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Most shots that it may have on workers at once, in each class.</summary>
    public int RunningLimit { get; init; } = int.MaxValue;
}
