namespace RenderFarm.Broker.State;

/// <summary>Waits that double. Without chance: the same states give the same waits.</summary>
internal static class Waits
{
    private const int MostDoublings = 30;

    /// <summary>The wait that comes as number <paramref name="number"/>, from 1.</summary>
    public static TimeSpan Doubled(TimeSpan first, int number, TimeSpan longest)
    {
        var doublings = Math.Clamp(number - 1, 0, MostDoublings);
        return TimeSpan.FromTicks(
            (long)Math.Min(first.Ticks * (double)(1L << doublings), longest.Ticks));
    }
}
