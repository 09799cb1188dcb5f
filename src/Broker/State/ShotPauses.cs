using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.State;

/// <summary>
/// What a shot's owner may ask of it: to rest, to go on, to end. Pure, like the rest of the rules.
/// </summary>
internal static class ShotPauses
{
    /// <summary>Applies what an owner asks; null for every other event.</summary>
    public static Ruling? TryApply(
        ShotView view, ShotEvent what, RuleLimits limits, DateTimeOffset now)
    {
        var (job, shot, _) = view;
        return (shot.Status, what) switch
        {
            (ShotStatus.Waiting or ShotStatus.Ready or ShotStatus.Delayed, ShotEvent.HoldAsked) =>
                Pause(view, Hold(shot)),
            (ShotStatus.Leased, ShotEvent.HoldAsked) when !shot.HoldAsked =>
                Pause(view, shot with { HoldAsked = true }),
            (ShotStatus.Leased or ShotStatus.Held, ShotEvent.HoldAsked) =>
                Ruling.Repeated(job, shot),

            (ShotStatus.Held, ShotEvent.ReleaseAsked) => Resume(view, Release(shot, now)),
            (ShotStatus.Leased, ShotEvent.ReleaseAsked) when shot.HoldAsked =>
                Resume(view, shot with { HoldAsked = false }),
            (ShotStatus.Waiting or ShotStatus.Ready or ShotStatus.Leased or ShotStatus.Delayed,
                ShotEvent.ReleaseAsked) => Ruling.Repeated(job, shot),

            (_, ShotEvent.CancelAsked) when !shot.HasEnded && job.GoesOnWithoutShots =>
                MissingShots.Miss(
                    view,
                    ShotRules.Idle(shot) with
                    {
                        Status = ShotStatus.Canceled,
                        Reason = "its owner stopped it",
                    },
                    job,
                    limits,
                    now),
            (ShotStatus.Canceled, ShotEvent.CancelAsked) => Ruling.Repeated(job, shot),

            (_, ShotEvent.HoldAsked or ShotEvent.ReleaseAsked or ShotEvent.CancelAsked) =>
                ShotRules.Refuse(view, what, $"the shot is {ShotRules.Word(shot.Status)}"),
            _ => null,
        };
    }

    /// <summary>A shot that no worker has and that gets no ticket.</summary>
    public static ShotState Hold(ShotState shot) =>
        ShotRules.Idle(shot) with { Status = ShotStatus.Held };

    private static ShotState Release(ShotState shot, DateTimeOffset now) =>
        shot.UnmetCount == 0
            ? ShotRules.Ready(shot, now)
            : shot with { Status = ShotStatus.Waiting };

    private static Ruling Pause(ShotView view, ShotState shot) => Tell(
        view, shot, new JobPaused { JobId = shot.JobId, ShotId = shot.ShotId });

    private static Ruling Resume(ShotView view, ShotState shot) => Tell(
        view, shot, new JobResumed { JobId = shot.JobId, ShotId = shot.ShotId });

    private static Ruling Tell<T>(ShotView view, ShotState shot, T happened)
        where T : class
    {
        var (job, message) = Outgoing.Event(view.Job, happened);
        return ShotRules.Keep(view with { Job = job }, shot, message);
    }
}
