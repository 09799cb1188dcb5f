using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.State;

/// <summary>
/// What follows when a shot ends without a clip and the film goes on: those that continue it end
/// with it, because there is nothing to go on from. Pure, like the rest of the rules.
/// </summary>
internal static class MissingShots
{
    /// <summary>Ends a shot, and every shot that waits for it, however far.</summary>
    /// <param name="view">The shot, its job, and all that continue it.</param>
    /// <param name="ended">The shot as it ended, with its reason.</param>
    /// <param name="told">The job after what was told of the shot already.</param>
    /// <param name="limits">The rules' numbers.</param>
    /// <param name="now">The moment.</param>
    public static Ruling Miss(
        ShotView view, ShotState ended, JobState told, RuleLimits limits, DateTimeOffset now)
    {
        List<ShotState> missing =
        [
            ended,
            .. view.Dependents
                .Where(d => d.Status is ShotStatus.Waiting or ShotStatus.Held)
                .Select(d => ShotRules.Idle(d) with
                {
                    Status = ShotStatus.Failed,
                    Reason = $"it goes on from shot {ended.ShotId}, which is missing",
                }),
        ];
        var job = told;
        var messages = new List<Outgoing>(missing.Count);
        foreach (var (index, shot) in missing.Index())
        {
            (job, var message) = Outgoing.Event(job, new ShotMissed
            {
                JobId = shot.JobId,
                ShotId = shot.ShotId,
                Reason = shot.Reason!,
                LeftCount = told.LeftCount - index - 1,
            });
            messages.Add(message);
        }

        var counted = JobRules.Apply(job, new JobEvent.ShotsMissed(missing.Count), limits, now);
        return counted.Verdict == Verdict.Applied
            ? counted with { Shots = missing, Outgoing = [.. messages, .. counted.Outgoing] }
            : Ruling.Refused(view.Job, counted.Reason, view.Shot);
    }
}
