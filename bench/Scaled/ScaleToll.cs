using RenderFarm.Benchmarks.Processes;

namespace RenderFarm.Benchmarks.Scaled;

/// <summary>What the scale-downs cost: time on attempts that had to be spent again.</summary>
internal sealed record ScaleToll
{
    public required int AttemptCount { get; init; }

    /// <summary>Stops that met a worker with an attempt in hand.</summary>
    public required int BusyStopCount { get; init; }

    /// <summary>Attempts that a stop ended, with a checkpoint that was gone on from.</summary>
    public required int HandedBackCount { get; init; }

    /// <summary>Attempts whose worker was gone before it had said what became of them.</summary>
    public required int LostCount { get; init; }

    /// <summary>From claim to end, over all attempts.</summary>
    public required TimeSpan Spent { get; init; }

    /// <summary>
    /// Of it what came to nothing: for an attempt that another went on from, what follows its
    /// checkpoint; for one that did not lead to a clip, all of it.
    /// </summary>
    public required TimeSpan Wasted { get; init; }

    public double WastedShare => Spent > TimeSpan.Zero ? Wasted / Spent : 0;

    /// <summary>Counts it up.</summary>
    /// <param name="log">What became of every attempt.</param>
    /// <param name="stops">Who was told to stop, and when.</param>
    public static ScaleToll Of(
        AttemptLog log, IEnumerable<(string WorkerId, DateTimeOffset At)> stops)
    {
        // The last attempt of a shot that ended is the one whose clip it has: nothing fails here.
        var last = log.Attempts
            .GroupBy(attempt => attempt.Shot)
            .Select(shot => shot.MaxBy(attempt => attempt.Claimed)!.AttemptId)
            .ToHashSet();
        var others = log.Attempts.Where(attempt => !last.Contains(attempt.AttemptId)).ToList();
        return new()
        {
            AttemptCount = log.Attempts.Count,
            BusyStopCount = stops.Count(stop => log.Attempts.Any(attempt =>
                attempt.WorkerId == stop.WorkerId && attempt.Claimed <= stop.At
                && !(attempt.Ended <= stop.At))),
            HandedBackCount = others.Count(attempt => attempt.SavedUntil is not null),
            LostCount = log.Attempts.Count(attempt => attempt.Ended is null),
            Spent = Sum(log.Attempts.Select(a => (a.Ended ?? a.Claimed) - a.Claimed)),
            Wasted = Sum(others.Select(a => (a.Ended ?? a.Claimed) - (a.SavedUntil ?? a.Claimed))),
        };
    }

    private static TimeSpan Sum(IEnumerable<TimeSpan> times) =>
        times.Aggregate(TimeSpan.Zero, (sum, time) => sum + time);
}
