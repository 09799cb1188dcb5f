using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.State;

/// <summary>
/// Gives a shot back to the worker that renders it though the store forgot so. Pure.
/// </summary>
internal static class ShotAdoption
{
    /// <summary>
    /// Whether an attempt may be taken up again. Only while nobody was ever granted the shot in
    /// this store's memory: then the claim was granted in a memory that is lost. A lease that
    /// expired, failed or was handed back leaves its count, and stays ended.
    /// </summary>
    public static bool IsOf(ShotState shot, ShotEvent.Readopted what) =>
        shot.AttemptCount == 0 && shot.RenderKey == what.RenderKey && what.AttemptNumber >= 1;

    /// <summary>
    /// The shot, leased to that attempt. Its number counts on, so that a loss does not grant it
    /// more attempts than the limit.
    /// </summary>
    public static ShotState Lease(ShotState shot, ShotEvent.Readopted what) =>
        ShotRules.Idle(shot) with
        {
            Status = ShotStatus.Leased,
            AttemptCount = what.AttemptNumber,
            WorkerId = what.WorkerId,
            Attempt = new AttemptState
            {
                AttemptId = what.AttemptId,
                AttemptNumber = what.AttemptNumber,
                WorkerId = what.WorkerId,
                Stage = what.Stage,
                StepNumber = what.StepNumber,
                StepCount = what.StepCount,
            },
        };
}
