namespace RenderFarm.Benchmarks.Scaled;

/// <summary>How much a pool may change within a period.</summary>
/// <param name="IsPercent">Whether the amount is a share of what there is.</param>
/// <param name="Value">Workers, or percent.</param>
/// <param name="Period">The time that it is counted over.</param>
internal readonly record struct ScalePolicy(bool IsPercent, int Value, TimeSpan Period)
{
    /// <summary>The amount, for a pool of a size.</summary>
    public int Of(int count) => IsPercent
        ? (int)Math.Ceiling(count * Value / 100.0)
        : Value;
}
