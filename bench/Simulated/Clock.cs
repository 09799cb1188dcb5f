namespace RenderFarm.Benchmarks.Simulated;

/// <summary>Virtual time.</summary>
internal static class Clock
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The moment so many seconds after the start.</summary>
    public static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);
}
