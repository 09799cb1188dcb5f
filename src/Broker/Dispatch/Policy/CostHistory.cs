using System.Text.Json.Serialization;

namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>
/// What shots took so far. Times for a unit of work are counted in buckets that each are a tenth
/// wider than the one before; sums beside them say what is true on average. Old shots weigh less:
/// beyond <see cref="MostCounted"/> all of it is halved. Immutable; kept as it is.
/// </summary>
internal sealed record CostHistory
{
    private const double Least = 1e-15;
    private const double MostCounted = 1024;
    private static readonly double Width = Math.Log(1.1);

    /// <summary>How many shots, by bucket of their seconds for a unit of work.</summary>
    public IReadOnlyDictionary<int, double> Counts { get; init; } = new Dictionary<int, double>();

    /// <summary>GPU-seconds of these shots.</summary>
    public double Seconds { get; init; }

    /// <summary>Their work.</summary>
    public double Work { get; init; }

    /// <summary>Their frames.</summary>
    public double FrameCount { get; init; }

    /// <summary>How many shots count, the halved ones by halves.</summary>
    [JsonIgnore]
    public double Count => Counts.Values.Sum();

    /// <summary>GPU-seconds for a unit of work on average; null before the first shot.</summary>
    [JsonIgnore]
    public double? OfWork => Work > 0 ? Seconds / Work : null;

    /// <summary>GPU-seconds for a frame on average; null before the first shot.</summary>
    [JsonIgnore]
    public double? OfFrame => FrameCount > 0 ? Seconds / FrameCount : null;

    /// <summary>With one shot more.</summary>
    /// <param name="seconds">GPU-seconds that it took.</param>
    /// <param name="work">Its work, above 0.</param>
    /// <param name="frameCount">Its frames.</param>
    public CostHistory Plus(double seconds, double work, int frameCount) =>
        Plus(new CostHistory
        {
            Counts = new Dictionary<int, double> { [BucketOf(seconds / work)] = 1 },
            Seconds = seconds,
            Work = work,
            FrameCount = frameCount,
        });

    /// <summary>With what another one has.</summary>
    public CostHistory Plus(CostHistory other)
    {
        var counts = new SortedDictionary<int, double>();
        foreach (var (bucket, count) in Counts.Concat(other.Counts))
        {
            counts[bucket] = counts.GetValueOrDefault(bucket) + count;
        }

        var part = 1.0;
        for (var count = counts.Values.Sum(); count * part > MostCounted; part /= 2)
        {
        }

        return new CostHistory
        {
            Counts = counts.ToDictionary(count => count.Key, count => part * count.Value),
            Seconds = part * (Seconds + other.Seconds),
            Work = part * (Work + other.Work),
            FrameCount = part * (FrameCount + other.FrameCount),
        };
    }

    /// <summary>
    /// The time for a unit of work that this part of all did not exceed; null without any.
    /// </summary>
    /// <param name="part">0 to 1: 0.5 is the median.</param>
    public double? Quantile(double part)
    {
        var left = part * Count;
        foreach (var (bucket, count) in Counts.OrderBy(count => count.Key))
        {
            left -= count;
            if (left <= 0)
            {
                // The middle of the bucket.
                return Least * Math.Exp((bucket + 0.5) * Width);
            }
        }

        return null;
    }

    private static int BucketOf(double seconds) =>
        (int)Math.Floor(Math.Log(Math.Max(seconds, Least) / Least) / Width);
}
