using RenderFarm.Benchmarks.Processes;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>
/// How long it took to recover shots whose attempts came to nothing because their worker was hit.
/// </summary>
/// <param name="Starts">
/// From the fault to the moment at which a Broker took the shot back, in order.
/// </param>
/// <param name="Claims">
/// From the fault to the shot's next claim, in order: the wait for a free worker included.
/// </param>
internal sealed record Recoveries(IReadOnlyList<TimeSpan> Starts, IReadOnlyList<TimeSpan> Claims)
{
    /// <summary>Counts them up.</summary>
    /// <param name="lost">Attempts, and when the faults that took them began.</param>
    /// <param name="attempts">Every attempt.</param>
    public static Recoveries Of(
        IEnumerable<(AttemptRecord Attempt, DateTimeOffset HitAt)> lost,
        IReadOnlyCollection<AttemptRecord> attempts)
    {
        List<TimeSpan> starts = [], claims = [];
        foreach (var (attempt, hitAt) in lost)
        {
            if (attempt.TakenBack is { } back)
            {
                starts.Add(back - hitAt);
            }

            var next = attempts
                .Where(other => other.Shot == attempt.Shot && other.Claimed > hitAt)
                .MinBy(other => other.Claimed);
            if (next is not null)
            {
                claims.Add(next.Claimed - hitAt);
            }
        }

        return new([.. starts.Order()], [.. claims.Order()]);
    }
}
