namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>
/// Which shot an idle worker starts a second time: only with nothing else to do, only where a
/// film's end or other shots wait for it, and only where it is done sooner by a margin. The first
/// commit wins. Pure.
/// </summary>
internal static class Speculation
{
    /// <summary>The attempt to be overtaken; null when there is none worth it.</summary>
    /// <param name="running">Attempts that are the only one of their shot.</param>
    /// <param name="idle">The worker.</param>
    /// <param name="now">The moment.</param>
    public static RunningAttempt? Choose(
        IEnumerable<RunningAttempt> running, AskingWorker idle, DateTimeOffset now)
    {
        RunningAttempt? best = null;
        var most = 0.0;
        foreach (var attempt in running)
        {
            if (!IsAtTheTail(attempt) || !idle.CanServe(attempt.Shot.Model))
            {
                continue;
            }

            var remaining = RemainingSeconds(attempt, now);
            var fresh = idle.TimeOf(attempt.Shot);
            if (fresh <= remaining * PolicySettings.SpeculationGain && remaining - fresh > most)
            {
                (best, most) = (attempt, remaining - fresh);
            }
        }

        return best;
    }

    /// <summary>
    /// What an attempt still needs: the rest of its estimate; a straggler as long again as half of
    /// what it has taken.
    /// </summary>
    public static double RemainingSeconds(RunningAttempt attempt, DateTimeOffset now)
    {
        var elapsed = (now - attempt.StartedAt).TotalSeconds;
        return elapsed <= attempt.ExpectedSeconds
            ? attempt.ExpectedSeconds - elapsed
            : elapsed > PolicySettings.StragglerFactor * attempt.ExpectedSeconds
                ? elapsed / 2
                : 0;
    }

    private static bool IsAtTheTail(RunningAttempt attempt) =>
        attempt.HoldsUpOthers
        || attempt.JobLeftCount
            <= Math.Max(1, attempt.JobShotCount * PolicySettings.TailPart);
}
