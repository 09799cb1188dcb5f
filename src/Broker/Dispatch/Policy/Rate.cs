namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>How often something happens, over the last minute or so.</summary>
internal readonly record struct Rate(double Sum, DateTimeOffset LastAt)
{
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    /// <summary>Times a second.</summary>
    public double At(DateTimeOffset now) =>
        Sum == 0 ? 0 : Sum * Math.Exp(-(now - LastAt) / Memory) / Memory.TotalSeconds;

    /// <summary>It happens so much more often.</summary>
    public Rate Plus(double perSecond, DateTimeOffset now) =>
        new((At(now) + perSecond) * Memory.TotalSeconds, now);

    /// <summary>It happened once more.</summary>
    public Rate Plus(DateTimeOffset now) => new(1 + (At(now) * Memory.TotalSeconds), now);
}
