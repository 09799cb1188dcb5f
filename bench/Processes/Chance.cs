namespace RenderFarm.Benchmarks.Processes;

/// <summary>Random numbers of a seed, the same everywhere (SplitMix64).</summary>
internal sealed class Chance(long seed)
{
    private ulong state = (ulong)seed;

    /// <summary>A number from 0 to below <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>A duration between two.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) =>
        least + ((most - least) * Unit());

    /// <summary>A number from 0 to below 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    private ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
