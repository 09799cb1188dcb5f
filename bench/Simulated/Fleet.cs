using RenderFarm.Broker.Dispatch.Policy;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>The farms and models that are simulated.</summary>
internal static class Fleet
{
    /// <summary>For keyframes and quick looks.</summary>
    public static readonly ModelNeed Sketch = new("sketch", 8, 8);
    public static readonly ModelNeed Small = new("small", 12, 15);
    public static readonly ModelNeed SmallToo = new("small-2", 14, 15);
    public static readonly ModelNeed Middle = new("middle", 20, 25);
    public static readonly ModelNeed MiddleToo = new("middle-2", 22, 25);
    public static readonly ModelNeed Large = new("large", 40, 45);
    public static readonly ModelNeed LargeToo = new("large-2", 44, 45);
    public static readonly ModelNeed Huge = new("huge", 70, 80);

    /// <summary>1,000 unlike workers over <paramref name="part"/>.</summary>
    public static IReadOnlyList<WorkerKind> Workers(int part = 1) =>
    [
        new("24 GiB, slow", 350 / part, 24, 1.0),
        new("24 GiB", 150 / part, 24, 1.6),
        new("48 GiB", 200 / part, 48, 1.8),
        new("80 GiB", 200 / part, 80, 3.6),
        new("141 GiB", 100 / part, 141, 4.6),
    ];

    /// <summary>Tenants of weight 1, 2 and 4.</summary>
    public static IReadOnlyList<SimTenant> Tenants(int count) =>
        [.. Enumerable.Range(1, count).Select(number => new SimTenant(
            $"tenant-{number:000}", number % 10 == 0 ? 4 : number % 3 == 0 ? 2 : 1))];

    /// <summary>What the workers do together in a second, as measured.</summary>
    public static double Capacity(IReadOnlyList<WorkerKind> kinds) =>
        kinds.Sum(kind => kind.Count * kind.Speed);
}
