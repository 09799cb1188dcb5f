using System.Diagnostics.Metrics;
using RenderFarm.Contracts.Reels;

namespace RenderFarm.Stitcher;

/// <summary>What a stitcher counts, under the meter <c>RenderFarm.Stitcher</c>.</summary>
internal static class StitcherMetrics
{
    private static readonly Meter Meter = new("RenderFarm.Stitcher");

    private static readonly Counter<long> Reels = Meter.CreateCounter<long>(
        "renderfarm.stitcher.reels", "{reel}", "Reels that were joined or found.");

    private static readonly Counter<long> Failures = Meter.CreateCounter<long>(
        "renderfarm.stitcher.failures", "{reel}", "Reels that could not be joined.");

    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>(
        "renderfarm.stitcher.duration", "s", "Time from the cut list to the final record.");

    /// <summary>Says what has not happened yet, as a nought.</summary>
    public static void Begin()
    {
        Reels.Add(0);
        Failures.Add(0, new KeyValuePair<string, object?>("permanent", true));
        Failures.Add(0, new KeyValuePair<string, object?>("permanent", false));
    }

    public static void Stitched(Reel reel)
    {
        Reels.Add(1);
        Durations.Record(reel.StitchTime.TotalSeconds);
    }

    public static void Failed(bool permanent) =>
        Failures.Add(1, new KeyValuePair<string, object?>("permanent", permanent));
}
