using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.State;

/// <summary>
/// The only way back: what follows when an attempt fails. Pure, like the rest of the rules.
/// </summary>
internal static class ShotFailures
{
    /// <summary>
    /// The shot waits and is tried again, or it is failed and its job with it.
    /// </summary>
    public static Ruling Fail(
        ShotView view, RenderError error, string message, RuleLimits limits, DateTimeOffset now)
    {
        var attempt = view.Shot.Attempt!;
        var shot = ShotRules.Idle(view.Shot) with
        {
            FailureCount = view.Shot.FailureCount + 1,
            FailedWorkerIds = Blamed(view.Shot.FailedWorkerIds, attempt.WorkerId, error),
            PassedOverCount = 0,
        };
        var isFinal = IsHopeless(error)
            || shot.FailureCount >= limits.AttemptLimit
            || shot.FailedWorkerIds.Count >= limits.WorkerLimit;

        var (told, failed) = Outgoing.Event(view.Job, new ShotFailed
        {
            JobId = shot.JobId,
            ShotId = shot.ShotId,
            AttemptNumber = attempt.AttemptNumber,
            Error = error,
            Message = message,
            Final = isFinal,
        });
        if (!isFinal)
        {
            return new Ruling
            {
                Verdict = Verdict.Applied,
                Job = told,
                Shots = [Delayed(shot, limits, now)],
                Outgoing = [failed],
            };
        }

        var reason = $"shot {shot.ShotId} could not be rendered in {shot.AttemptCount} attempts: "
            + message;
        var lost = JobRules.Apply(
            told, new JobEvent.ShotLost(shot.ShotId, reason), limits, now);
        return lost with
        {
            Shots = [shot with { Status = ShotStatus.Failed }],
            Outgoing = [failed, .. lost.Outgoing],
        };
    }

    private static bool IsHopeless(RenderError error) =>
        error is RenderError.BadInput or RenderError.BadModel;

    /// <summary>
    /// A silent worker or a store in trouble says nothing of worker and shot together.
    /// </summary>
    private static IReadOnlyList<string> Blamed(
        IReadOnlyList<string> known, string workerId, RenderError error) =>
        error is RenderError.LeaseExpired or RenderError.StoreTrouble || known.Contains(workerId)
            ? known
            : [.. known, workerId];

    private static ShotState Delayed(ShotState shot, RuleLimits limits, DateTimeOffset now)
    {
        var doublings = Math.Min(shot.FailureCount - 1, 30);
        var ticks = Math.Min(
            limits.FirstDelay.Ticks * (double)(1L << doublings), limits.LongestDelay.Ticks);
        return shot with
        {
            Status = ShotStatus.Delayed,
            NotBefore = now + TimeSpan.FromTicks((long)ticks),
        };
    }
}
