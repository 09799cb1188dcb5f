using RenderFarm.Benchmarks.Processes;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>
/// What the faults cost: work done for nothing, and the time until it was done again.
/// </summary>
internal sealed record Toll
{
    // The lease of a run, and two sweeps.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(8);

    /// <summary>Attempts that a worker took up.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>Time that workers spent on attempts, less what they were frozen for.</summary>
    public required TimeSpan Spent { get; init; }

    /// <summary>That of it which no accepted clip came of.</summary>
    public required TimeSpan Wasted { get; init; }

    /// <summary>Of shots whose workers were told to stop.</summary>
    public required Recoveries Clean { get; init; }

    /// <summary>Of shots whose workers were killed.</summary>
    public required Recoveries Killed { get; init; }

    /// <summary>Of shots whose workers lived, and were frozen or cut off for a while.</summary>
    public required Recoveries Silent { get; init; }

    /// <summary>Counts it up.</summary>
    /// <param name="attempts">Every attempt.</param>
    /// <param name="acceptedAttemptIds">Those whose clips were accepted.</param>
    /// <param name="faults">Every fault.</param>
    /// <param name="end">When the run ended.</param>
    public static Toll Of(
        IReadOnlyCollection<AttemptRecord> attempts,
        IReadOnlySet<string> acceptedAttemptIds,
        IReadOnlyCollection<Fault> faults,
        DateTimeOffset end)
    {
        var (spent, wasted) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var attempt in attempts)
        {
            var time = TimeOf(attempt, faults, end);
            spent += time;
            wasted += acceptedAttemptIds.Contains(attempt.AttemptId) ? TimeSpan.Zero : time;
        }

        var lost = attempts
            .Where(attempt => !acceptedAttemptIds.Contains(attempt.AttemptId))
            .Select(attempt => (Attempt: attempt, Fault: CauseOf(attempt, faults, end)))
            .Where(pair => pair.Fault is not null)
            .ToLookup(pair => pair.Fault!.Kind, pair => (pair.Attempt, pair.Fault!.At));
        return new Toll
        {
            AttemptCount = attempts.Count,
            Spent = spent,
            Wasted = wasted,
            Clean = Recoveries.Of(lost[FaultKind.Stop], attempts),
            Killed = Recoveries.Of(lost[FaultKind.Kill], attempts),
            Silent = Recoveries.Of(
                [
                    .. lost[FaultKind.Freeze], .. lost[FaultKind.Cut], .. lost[FaultKind.Stall],
                ],
                attempts),
        };
    }

    /// <summary>
    /// What took an attempt from its worker: its death, or else the first fault that was not over
    /// long before. Null for a reason of its own, as when another worker was faster.
    /// </summary>
    private static Fault? CauseOf(
        AttemptRecord attempt, IReadOnlyCollection<Fault> faults, DateTimeOffset end)
    {
        var lostAt = attempt.TakenBack ?? EndOf(attempt, faults, end);
        var hits = faults
            .Where(fault => fault.Target.Split(' ')[0] == attempt.WorkerId
                && fault.At > attempt.Claimed && fault.At <= lostAt)
            .OrderBy(fault => fault.At)
            .ToList();
        return hits.Find(fault => fault.Kind is FaultKind.Kill or FaultKind.Stop)
            ?? hits.Find(fault => lostAt - (fault.Over ?? end) < LongestSilence);
    }

    private static TimeSpan TimeOf(
        AttemptRecord attempt, IReadOnlyCollection<Fault> faults, DateTimeOffset end)
    {
        var until = EndOf(attempt, faults, end);
        var frozen = faults
            .Where(f => f.Kind == FaultKind.Freeze && f.Target == attempt.WorkerId)
            .Select(f => Least(f.Over ?? end, until) - Most(f.At, attempt.Claimed))
            .Where(overlap => overlap > TimeSpan.Zero)
            .Aggregate(TimeSpan.Zero, (sum, overlap) => sum + overlap);
        return Most(until - attempt.Claimed - frozen, TimeSpan.Zero);
    }

    /// <summary>When its worker said so, or died.</summary>
    private static DateTimeOffset EndOf(
        AttemptRecord attempt, IReadOnlyCollection<Fault> faults, DateTimeOffset end) =>
        attempt.Ended ?? faults
            .Where(f => f.Kind is FaultKind.Kill or FaultKind.Stop
                && f.Target == attempt.WorkerId && f.At > attempt.Claimed)
            .Select(f => f.Over ?? f.At)
            .DefaultIfEmpty(end)
            .Min();

    private static T Least<T>(T one, T other)
        where T : IComparable<T> => one.CompareTo(other) < 0 ? one : other;

    private static T Most<T>(T one, T other)
        where T : IComparable<T> => one.CompareTo(other) > 0 ? one : other;
}
