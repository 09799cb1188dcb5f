namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>
/// What a unit of work took so far: counts in buckets that each are a tenth wider than the one
/// before. Old times weigh less: beyond <see cref="MostCounted"/> every count is halved.
/// </summary>
internal sealed class CostHistory
{
    private const double Least = 1e-15;
    private const double MostCounted = 4096;
    private static readonly double Width = Math.Log(1.1);
    private readonly SortedDictionary<int, double> counts;

    public CostHistory(IReadOnlyDictionary<int, double>? counts = null) =>
        this.counts = new SortedDictionary<int, double>(
            counts?.ToDictionary(c => c.Key, c => c.Value) ?? []);

    /// <summary>The counts by bucket, to be kept.</summary>
    public IReadOnlyDictionary<int, double> Counts => counts;

    /// <summary>How many times count, the halved ones by halves.</summary>
    public double Count => counts.Values.Sum();

    /// <summary>Notes one.</summary>
    public void Add(double seconds) => Add(BucketOf(seconds), 1);

    /// <summary>Notes what another one has.</summary>
    public void Add(CostHistory other)
    {
        foreach (var (bucket, count) in other.counts)
        {
            Add(bucket, count);
        }
    }

    /// <summary>
    /// The time that this part of all did not exceed; null without any.
    /// </summary>
    /// <param name="part">0 to 1: 0.5 is the median.</param>
    public double? Quantile(double part)
    {
        var left = part * Count;
        foreach (var (bucket, count) in counts)
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

    private void Add(int bucket, double count)
    {
        counts[bucket] = counts.GetValueOrDefault(bucket) + count;
        if (Count > MostCounted)
        {
            foreach (var key in counts.Keys.ToList())
            {
                counts[key] /= 2;
            }
        }
    }
}
