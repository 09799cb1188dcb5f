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
        var terms = FailurePolicy.Of(error);
        var shot = Charge(view.Shot, attempt.WorkerId, terms);
        var isFinal = terms.IsHopeless
            || shot.FailureCount >= limits.AttemptLimit
            || shot.TroubleCount >= limits.TroubleLimit
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
                Shots =
                [
                    view.Shot.HoldAsked
                        ? ShotPauses.Hold(shot)
                        : Delayed(shot, terms, limits, now),
                ],
                Outgoing = [failed],
            };
        }

        var reason = $"shot {shot.ShotId} could not be rendered in {shot.AttemptCount} attempts: "
            + message;
        var ended = shot with { Status = ShotStatus.Failed, Reason = reason };
        if (view.Job.GoesOnWithoutShots)
        {
            var missed = MissingShots.Miss(view, ended, told, limits, now);
            return missed with { Outgoing = [failed, .. missed.Outgoing] };
        }

        var lost = JobRules.Apply(
            told, new JobEvent.ShotLost(shot.ShotId, reason), limits, now);
        return lost with { Shots = [ended], Outgoing = [failed, .. lost.Outgoing] };
    }

    private static ShotState Charge(ShotState shot, string workerId, FailureTerms terms) =>
        ShotRules.Idle(shot) with
        {
            FailureCount = shot.FailureCount + (terms.CountsAttempt ? 1 : 0),
            TroubleCount = shot.TroubleCount + (terms.CountsAttempt ? 0 : 1),
            FailedWorkerIds = terms.BlamesWorker && !shot.FailedWorkerIds.Contains(workerId)
                ? [.. shot.FailedWorkerIds, workerId]
                : shot.FailedWorkerIds,
            AvoidedWorkerId = terms.AvoidsWorker ? workerId : null,
            PassedOverCount = 0,
        };

    private static ShotState Delayed(
        ShotState shot, FailureTerms terms, RuleLimits limits, DateTimeOffset now)
    {
        var (first, number) = terms.CountsAttempt
            ? (limits.FirstDelay, shot.FailureCount)
            : (limits.FirstTroubleDelay, shot.TroubleCount);
        return shot with
        {
            Status = ShotStatus.Delayed,
            NotBefore = now + Waits.Doubled(first, number, limits.LongestDelay),
        };
    }
}
