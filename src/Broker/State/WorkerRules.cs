namespace RenderFarm.Broker.State;

/// <summary>
/// When a worker is set aside for a queue and when it returns. Pure: no clock, no bus, no store.
/// Failures in a row set it aside; after its rest it is tried with one shot, the canary; that
/// shot's clip brings it back, and its failure means a rest twice as long.
/// </summary>
internal static class WorkerRules
{
    /// <summary>Applies one event to one worker's standing.</summary>
    public static WorkerRuling Apply(
        WorkerStanding standing, WorkerEvent what, RuleLimits limits, DateTimeOffset now) =>
        (standing.IsSetAside, what) switch
        {
            (false, WorkerEvent.Claimed) => new(Verdict.Repeated, standing),
            (false, WorkerEvent.Failed) => new(Verdict.Applied, Fail(standing, limits, now)),
            (false, WorkerEvent.Committed) when standing.FailureCount > 0 =>
                new(Verdict.Applied, Clean(standing)),
            (false, WorkerEvent.Committed) => new(Verdict.Repeated, standing),

            (true, WorkerEvent.Claimed e) when IsCanary(standing, e.Shot.AttemptId) =>
                new(Verdict.Repeated, standing),
            (true, WorkerEvent.Claimed { CanaryIsOut: true }) => new(
                Verdict.Refused, standing, "it is set aside, and the shot it is tried with is out"),
            (true, WorkerEvent.Claimed) when now < standing.RestUntil => new(
                Verdict.Refused,
                standing,
                $"it is set aside after {standing.FailureCount} failures in a row, "
                    + $"until {standing.RestUntil:u}"),
            (true, WorkerEvent.Claimed e) =>
                new(Verdict.Applied, standing with { Canary = e.Shot }),
            (true, WorkerEvent.Failed e) when IsCanary(standing, e.AttemptId) =>
                new(Verdict.Applied, Fail(standing, limits, now)),
            (true, WorkerEvent.Committed e) when IsCanary(standing, e.AttemptId) =>
                new(Verdict.Applied, Clean(standing)),

            // An attempt from before it was set aside says nothing of how it is now.
            _ => new(Verdict.Repeated, standing),
        };

    private static bool IsCanary(WorkerStanding standing, string attemptId) =>
        standing.Canary?.AttemptId == attemptId;

    private static WorkerStanding Clean(WorkerStanding standing) =>
        new() { WorkerId = standing.WorkerId, Queue = standing.Queue };

    private static WorkerStanding Fail(
        WorkerStanding standing, RuleLimits limits, DateTimeOffset now)
    {
        var failed = standing with
        {
            FailureCount = standing.FailureCount + 1,
            Canary = null,
        };
        if (!standing.IsSetAside && failed.FailureCount < limits.SetAsideLimit)
        {
            return failed;
        }

        var restCount = standing.RestCount + 1;
        return failed with
        {
            RestCount = restCount,
            RestUntil = now + Waits.Doubled(limits.FirstRest, restCount, limits.LongestRest),
        };
    }
}
