namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>
/// What the faults cost: work done for nothing, and the time until it was done again.
/// </summary>
internal sealed record Toll
{
    /// <summary>Attempts that were granted.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>Time that workers spent on attempts, less what they were frozen for.</summary>
    public required TimeSpan Spent { get; init; }

    /// <summary>That of it which no accepted clip came of.</summary>
    public required TimeSpan Wasted { get; init; }

    /// <summary>
    /// From a fault on a worker that held a shot to that shot's next claim: of workers that were
    /// told to stop, in order.
    /// </summary>
    public required IReadOnlyList<TimeSpan> CleanRecoveries { get; init; }

    /// <summary>The same of workers that were killed, frozen or cut off.</summary>
    public required IReadOnlyList<TimeSpan> SilentRecoveries { get; init; }

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

        var later = attempts.ToLookup(attempt => attempt.Shot);
        List<TimeSpan> clean = [], silent = [];
        foreach (var fault in faults)
        {
            var worker = fault.Target.Split(' ')[0];
            var held = attempts.Where(attempt => attempt.WorkerId == worker
                && attempt.Claimed < fault.At && EndOf(attempt, faults, end) >= fault.At
                && !acceptedAttemptIds.Contains(attempt.AttemptId));
            foreach (var attempt in held)
            {
                var next = later[attempt.Shot].Where(other => other.Claimed > fault.At)
                    .MinBy(other => other.Claimed);
                if (next is not null)
                {
                    (fault.Kind == FaultKind.Stop ? clean : silent).Add(next.Claimed - fault.At);
                }
            }
        }

        return new Toll
        {
            AttemptCount = attempts.Count,
            Spent = spent,
            Wasted = wasted,
            CleanRecoveries = [.. clean.Order()],
            SilentRecoveries = [.. silent.Order()],
        };
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
