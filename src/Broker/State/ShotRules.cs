using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.State;

/// <summary>
/// What may happen to a shot, and what follows for its job and for the shots that continue it.
/// Pure: no clock, no bus, no store. A transition that is not listed here is refused.
/// </summary>
internal static class ShotRules
{
    /// <summary>Applies one event to one shot.</summary>
    public static Ruling Apply(
        ShotView view, ShotEvent what, RuleLimits limits, DateTimeOffset now)
    {
        var (job, shot, _) = view;
        if (what is not ShotEvent.JobEnded && !shot.HasEnded && !IsOpenTo(job, what))
        {
            // Of a paused job a ticket that is out is given up, so that it blocks no other's.
            return what is ShotEvent.Claimed claim && job.Status == JobStatus.Paused
                && shot.Status == ShotStatus.Ready && shot.DispatchId == claim.DispatchId
                ? Keep(view, Ready(shot, shot.ReadyAt ?? now))
                : Refuse(view, what, $"the job is {JobRules.Word(job.Status)}");
        }

        // Of a job whose budget is used nothing begins; a ticket that is out is given up.
        if (job.IsOverBudget && shot.Status == ShotStatus.Ready
            && what is ShotEvent.Dispatched or ShotEvent.Claimed)
        {
            return what is ShotEvent.Claimed late && shot.DispatchId == late.DispatchId
                ? Keep(view, Ready(shot, shot.ReadyAt ?? now))
                : Refuse(view, what, "the job's budget is used");
        }

        return ShotPauses.TryApply(view, what, limits, now) ?? Move(view, what, limits, now);
    }

    private static Ruling Move(
        ShotView view, ShotEvent what, RuleLimits limits, DateTimeOffset now)
    {
        var (job, shot, _) = view;
        return (shot.Status, what) switch
        {
            (ShotStatus.Waiting or ShotStatus.Held, ShotEvent.UpstreamRendered)
                when shot.UnmetCount > 0 => Keep(view, AfterUpstream(shot, now)),
            (_, ShotEvent.UpstreamRendered) => Ruling.Repeated(job, shot),

            (ShotStatus.Ready, ShotEvent.Dispatched e) when shot.DispatchId is null =>
                Dispatch(view, e, now),
            (ShotStatus.Ready, ShotEvent.TicketExpired e) when shot.DispatchId == e.DispatchId =>
                Keep(view, Ready(shot, shot.ReadyAt ?? now)),
            (ShotStatus.Ready, ShotEvent.Claimed e) when shot.DispatchId == e.DispatchId =>
                Claim(view, e, limits, now),
            (ShotStatus.Leased, ShotEvent.Claimed e) when Holds(shot, e.AttemptId) =>
                Ruling.Repeated(job, shot),

            (ShotStatus.Ready, ShotEvent.Readopted e) when ShotAdoption.IsOf(shot, e) =>
                Keep(view, ShotAdoption.Lease(shot, e)),

            (ShotStatus.Leased, ShotEvent.Renewed e) when Holds(shot, e.AttemptId) =>
                Keep(view, shot with { Attempt = Renew(shot.Attempt!, e) }),
            (ShotStatus.Leased, ShotEvent.HandedBack e) when Holds(shot, e.AttemptId) =>
                Keep(view, shot.HoldAsked ? ShotPauses.Hold(shot) : Ready(shot, now)),
            (ShotStatus.Leased, ShotEvent.AttemptFailed e) when Holds(shot, e.AttemptId) =>
                ShotFailures.Fail(view, e.Error, e.Message, limits, now),
            (ShotStatus.Leased, ShotEvent.LeaseExpired e) when Holds(shot, e.AttemptId)
                && shot.Attempt!.RenewalCount == e.RenewalCount =>
                ShotFailures.Fail(
                    view, RenderError.LeaseExpired, "the worker fell silent", limits, now),

            (ShotStatus.Delayed, ShotEvent.BecameDue) when IsDue(shot, now) =>
                Keep(view, Ready(shot, now)),
            (ShotStatus.Ready, ShotEvent.BecameDue) => Ruling.Repeated(job, shot),

            (ShotStatus.Rendered, ShotEvent.ClipAccepted) => Ruling.Repeated(job, shot),
            (ShotStatus.Waiting or ShotStatus.Ready or ShotStatus.Leased or ShotStatus.Delayed
                or ShotStatus.Held,
                ShotEvent.ClipAccepted e) when e.Clip.RenderKey == shot.RenderKey =>
                Accept(view, e.Clip, limits, now),

            (_, ShotEvent.JobEnded) => End(view),
            _ => Refuse(view, what, $"the shot is {Word(shot.Status)}"),
        };
    }

    /// <summary>A status as it is written on the wire.</summary>
    public static string Word(ShotStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>A shot without ticket, lease or delay, which can be dispatched.</summary>
    public static ShotState Ready(ShotState shot, DateTimeOffset readyAt) =>
        Idle(shot) with { Status = ShotStatus.Ready, ReadyAt = readyAt };

    /// <summary>A shot without ticket, lease or delay.</summary>
    public static ShotState Idle(ShotState shot) => shot with
    {
        DispatchId = null,
        DispatchedAt = null,
        NotBefore = null,
        Attempt = null,
        HoldAsked = false,
    };

    /// <summary>A ruling that changes one shot.</summary>
    public static Ruling Keep(ShotView view, ShotState shot, params Outgoing[] outgoing) => new()
    {
        Verdict = Verdict.Applied,
        Job = view.Job,
        Shots = [shot],
        Outgoing = outgoing,
    };

    /// <summary>A ruling that an event must not happen now.</summary>
    public static Ruling Refuse(ShotView view, ShotEvent what, string state) =>
        Ruling.Refused(
            view.Job, $"{what.Name}: {state}, or it is about another attempt", view.Shot);

    /// <summary>A paused job ends what is under way and begins nothing.</summary>
    private static bool IsOpenTo(JobState job, ShotEvent what) =>
        job.Status == JobStatus.Rendering
        || (job.Status == JobStatus.Paused
            && what is not (ShotEvent.Dispatched or ShotEvent.Claimed));

    /// <summary>To the millisecond, as the index of delayed shots counts.</summary>
    private static bool IsDue(ShotState shot, DateTimeOffset now) =>
        IndexRules.Moment(shot.NotBefore!.Value) <= IndexRules.Moment(now);

    private static bool Holds(ShotState shot, string attemptId) =>
        shot.Attempt?.AttemptId == attemptId;

    private static Ruling Dispatch(
        ShotView view, ShotEvent.Dispatched what, DateTimeOffset now) =>
        Keep(
            view,
            view.Shot with { DispatchId = what.DispatchId, DispatchedAt = now },
            Outgoing.Ticket(view.Job, view.Shot, what.DispatchId));

    private static Ruling Claim(
        ShotView view, ShotEvent.Claimed what, RuleLimits limits, DateTimeOffset now)
    {
        var shot = view.Shot;
        var soon = now + limits.PassOverDelay;
        if (what.RestUntil is { } rested)
        {
            return Keep(view, Idle(shot) with
            {
                Status = ShotStatus.Delayed,
                NotBefore = what.OthersAreLive || rested < soon ? soon : rested,
            });
        }

        if (what.Fit == WorkerFit.Small)
        {
            // However often: there it would run out of memory, and the farm has a worker for it.
            return Keep(view, Idle(shot) with { Status = ShotStatus.Delayed, NotBefore = soon });
        }

        var isForAnother = (shot.Avoids(what.WorkerId) && what.OthersAreLive)
            || what.Fit == WorkerFit.Slow;
        if (isForAnother && shot.PassedOverCount < limits.PassOverLimit)
        {
            // The worker drops its ticket, so the shot gets another one a little later.
            return Keep(view, Idle(shot) with
            {
                Status = ShotStatus.Delayed,
                NotBefore = soon,
                PassedOverCount = shot.PassedOverCount + 1,
            });
        }

        return Keep(view, Idle(shot) with
        {
            Status = ShotStatus.Leased,
            AttemptCount = shot.AttemptCount + 1,
            WorkerId = what.WorkerId,
            Queued = now - (shot.ReadyAt ?? now),
            Attempt = new AttemptState
            {
                AttemptId = what.AttemptId,
                AttemptNumber = shot.AttemptCount + 1,
                WorkerId = what.WorkerId,
            },
        });
    }

    private static AttemptState Renew(AttemptState attempt, ShotEvent.Renewed what) => attempt with
    {
        Stage = what.Stage,
        StepNumber = what.StepNumber,
        StepCount = what.StepCount,
        RenewalCount = attempt.RenewalCount + 1,
    };

    private static ShotState AfterUpstream(ShotState shot, DateTimeOffset now)
    {
        var met = shot with { UnmetCount = shot.UnmetCount - 1 };
        return met.UnmetCount == 0 && met.Status == ShotStatus.Waiting ? Ready(met, now) : met;
    }

    private static Ruling Accept(ShotView view, Clip clip, RuleLimits limits, DateTimeOffset now)
    {
        var cached = view.Shot.AttemptCount == 0;
        var shot = Idle(view.Shot) with
        {
            Status = ShotStatus.Rendered,
            Clip = clip,
            Cached = cached,
            WorkerId = clip.WorkerId,
        };
        var counted = JobRules.Apply(
            view.Job,
            new JobEvent.ShotDone(cached, cached ? TimeSpan.Zero : clip.Rendering),
            limits,
            now);
        var (job, rendered) = Outgoing.Event(
            counted.Job, Rendered(shot, counted.Job.LeftCount));
        var dependents = view.Dependents
            .Where(d => d.Status is ShotStatus.Waiting or ShotStatus.Held && d.UnmetCount > 0)
            .Select(d => AfterUpstream(d, now));
        return new Ruling
        {
            Verdict = Verdict.Applied,
            Job = job,
            Shots = [shot, .. dependents],
            Outgoing = [.. counted.Outgoing, rendered],
        };
    }

    private static ShotRendered Rendered(ShotState shot, int leftCount) => new()
    {
        JobId = shot.JobId,
        ShotId = shot.ShotId,
        RenderKey = shot.RenderKey,
        ClipKey = shot.Clip!.ObjectKey,
        Cached = shot.Cached,
        TakeIndex = shot.Clip.TakeIndex,
        Score = shot.Clip.Score,
        LeftCount = leftCount,
    };

    private static Ruling End(ShotView view)
    {
        var (job, shot, _) = view;
        if (shot.HasEnded)
        {
            return Ruling.Repeated(job, shot);
        }

        return job.Status is JobStatus.Failed or JobStatus.Canceled
            ? Keep(view, Idle(shot) with { Status = ShotStatus.Canceled })
            : Refuse(view, new ShotEvent.JobEnded(), $"the job is {JobRules.Word(job.Status)}");
    }
}
