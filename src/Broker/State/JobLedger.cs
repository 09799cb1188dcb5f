using Microsoft.Extensions.Options;
using RenderFarm.Broker.Census;
using RenderFarm.Broker.Planning;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Telemetry;

namespace RenderFarm.Broker.State;

/// <summary>
/// The shell around the rules: reads states, and has events happen to them.
/// </summary>
internal sealed class JobLedger(
    IJobStore store,
    DispatchSignal dispatch,
    IOptions<BrokerOptions> options,
    BrokerMetrics metrics,
    TimeProvider time,
    ILogger<JobLedger> log)
{
    private readonly GroupCommit groups = new(store, options.Value.Limits(), time);

    /// <summary>Reads a job; null when there is none of that name.</summary>
    public async Task<JobState?> FindJobAsync(string jobId, CancellationToken cancellationToken) =>
        (await store.LoadAsync<JobState>(RecordKeys.Job(jobId), cancellationToken))?.State;

    /// <summary>Reads some shots of a job.</summary>
    public async Task<IReadOnlyList<ShotState?>> FindShotsAsync(
        string jobId, IEnumerable<int> shotIndexes, CancellationToken cancellationToken)
    {
        var keys = shotIndexes.Select(index => RecordKeys.Shot(jobId, index)).ToList();
        var shots = await store.LoadAsync<ShotState>(keys, cancellationToken);
        return [.. shots.Select(shot => shot?.State)];
    }

    /// <summary>
    /// Every shot of a job, in film order. A rendered shot is what it was: nothing changes it, and
    /// what is remembered of it is not read again.
    /// </summary>
    public async Task<IReadOnlyList<ShotState>> FindShotsAsync(
        JobState job, CancellationToken cancellationToken)
    {
        var shots = Enumerable.Range(0, job.ShotCount)
            .Select(index => groups.Recent.Recall(RecordKeys.Shot(job.JobId, index))?.State)
            .Select(state => state is ShotState { Status: ShotStatus.Rendered } s ? s : null)
            .ToArray();
        var unknown = Enumerable.Range(0, shots.Length).Where(i => shots[i] is null).ToList();
        var found = await FindShotsAsync(job.JobId, unknown, cancellationToken);
        foreach (var (index, shot) in unknown.Zip(found))
        {
            shots[index] = shot;
        }

        return [.. shots.Select(shot => shot!)];
    }

    /// <summary>Reads what is to be rendered of some shots of a job.</summary>
    public async Task<IReadOnlyList<PlannedShot>> FindPlansAsync(
        string jobId, IEnumerable<int> shotIndexes, CancellationToken cancellationToken)
    {
        var keys = shotIndexes.Select(index => RecordKeys.Plan(jobId, index)).ToList();
        var plans = await store.LoadAsync<PlannedShot>(keys, cancellationToken);
        return [.. plans.Select(plan => plan!.State)];
    }

    /// <summary>
    /// Whose objects these shots are and the shots, of which only what never changes may be used:
    /// the rest is what was known last. Null where there is none.
    /// </summary>
    public async Task<IReadOnlyList<(string TenantId, ShotState Shot)?>> FindLastKnownAsync(
        IReadOnlyList<(string JobId, int ShotIndex)> shots, CancellationToken cancellationToken)
    {
        var wanted = new Dictionary<string, Func<StoredRecord, object>>();
        foreach (var (jobId, shotIndex) in shots)
        {
            wanted[RecordKeys.Job(jobId)] = StateRecords.State<JobState>;
            wanted[RecordKeys.Shot(jobId, shotIndex)] = StateRecords.State<ShotState>;
            // For the claim, which is what most often comes next.
            wanted[RecordKeys.Plan(jobId, shotIndex)] = StateRecords.State<PlannedShot>;
        }

        var known = await RecallAsync(wanted, cancellationToken);
        return [.. shots.Select(shot =>
            known.GetValueOrDefault(RecordKeys.Job(shot.JobId)) is JobState job
            && known.GetValueOrDefault(RecordKeys.Shot(shot.JobId, shot.ShotIndex)) is ShotState s
                ? (job.TenantId, s)
                : ((string, ShotState)?)null)];
    }

    /// <summary>
    /// A shot and what is to be rendered of it, as it was when this ticket was given or as it is
    /// now; null when there is none.
    /// </summary>
    public async Task<(ShotState Shot, PlannedShot Plan)?> FindPlannedAsync(
        string jobId, int shotIndex, string dispatchId, CancellationToken cancellationToken)
    {
        var (shotKey, planKey) = (
            RecordKeys.Shot(jobId, shotIndex), RecordKeys.Plan(jobId, shotIndex));
        if (groups.Recent.Recall(shotKey)?.State is ShotState known
            && known.DispatchId == dispatchId
            && groups.Recent.Recall(planKey)?.State is PlannedShot knownPlan)
        {
            return (known, knownPlan);
        }

        var (shot, plan) = await store.LoadAsync<ShotState, PlannedShot>(
            shotKey, planKey, cancellationToken);
        return shot is null || plan is null ? null : (shot.State, plan.State);
    }

    /// <summary>Keeps a new job, whole, and says whether this call did.</summary>
    public async Task<bool> OpenAsync(
        JobSpec spec, Ruling opening, CancellationToken cancellationToken)
    {
        var job = opening.Job with { TraceParent = FarmTrace.Context };
        List<RecordWrite> records =
        [
            new(RecordKeys.Job(spec.JobId), 0, StateRecords.Write(job)),
            .. opening.Shots.Select(shot => StateRecords.Write(shot, version: 0)),
            .. spec.Shots.Select((plan, index) => new RecordWrite(
                RecordKeys.Plan(spec.JobId, index), 0, StateRecords.Write(plan))),
        ];
        var indexes = IndexRules.Of(opening.Job)
            .Concat(opening.Shots.SelectMany(IndexRules.Of))
            .Where(change => change.Score is not null)
            .Append(new IndexChange(IndexKeys.Queues, opening.Job.Queue, 0))
            .Append(new IndexChange(
                IndexKeys.Lines(opening.Job.Queue), DispatchLine.Of(opening.Job).Name, 0));
        var epochId = groups.Recent.EpochId;
        var result = await store.CommitAsync(
            new Commit
            {
                Records = records,
                Indexes = [.. indexes],
                Rows = Rows(opening.Outgoing),
            },
            cancellationToken);
        dispatch.Set();
        if (result == CommitResult.Committed)
        {
            metrics.Jobs.Opened(opening);
            Remember(spec, job, opening.Shots, epochId);
        }

        return result == CommitResult.Committed;
    }

    /// <summary>Lets an event happen to a job; null when there is no such job.</summary>
    public async Task<Ruling?> ApplyAsync(
        string jobId, JobEvent what, CancellationToken cancellationToken)
    {
        var ruling = await groups.ApplyAsync(
            new PendingEvent { JobId = jobId, OfJob = what }, cancellationToken);
        Tell(ruling, what, ofShot: null);
        if (ruling is { Verdict: Verdict.Refused })
        {
            Count(ruling, "job", what.Name, ruling.Job.Status.ToString());
        }
        else if (ruling is not null && what is JobEvent.ResumeAsked)
        {
            dispatch.Set();
        }

        return ruling;
    }

    /// <summary>Lets an event happen to a shot; null when there is no such shot.</summary>
    /// <param name="jobId">Which job.</param>
    /// <param name="shotIndex">Which shot.</param>
    /// <param name="what">What happens.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Ruling?> ApplyAsync(
        string jobId, int shotIndex, ShotEvent what, CancellationToken cancellationToken) =>
        ApplyAsync(jobId, shotIndex, what, limits: [], cancellationToken);

    /// <summary>The same, where it must have room.</summary>
    public async Task<Ruling?> ApplyAsync(
        string jobId,
        int shotIndex,
        ShotEvent what,
        IReadOnlyList<IndexLimit> limits,
        CancellationToken cancellationToken)
    {
        var ruling = await groups.ApplyAsync(
            new PendingEvent
            {
                JobId = jobId,
                ShotIndex = shotIndex,
                OfShot = what,
                Limits = limits,
            },
            cancellationToken);
        Tell(ruling, ofJob: null, what);
        // That a shot moved on between the look and the ticket is nobody's mistake.
        if (ruling is { Verdict: Verdict.Refused } && what is not ShotEvent.Dispatched)
        {
            Count(ruling, "shot", what.Name, ruling.Shots[0].Status.ToString());
        }
        else if (ruling is { Verdict: Verdict.Applied }
            && what is not (ShotEvent.Renewed or ShotEvent.Dispatched))
        {
            dispatch.Set();
        }

        return ruling;
    }

    /// <summary>Notes a new job: its first tickets go out next.</summary>
    private void Remember(
        JobSpec spec, JobState job, IReadOnlyList<ShotState> shots, string? epochId)
    {
        var recent = groups.Recent;
        recent.Begin(RecordKeys.Job(job.JobId), job, epochId);
        foreach (var shot in shots)
        {
            var (jobId, index) = (shot.JobId, shot.ShotIndex);
            recent.Begin(RecordKeys.Shot(jobId, index), shot, epochId);
            recent.Begin(RecordKeys.Plan(jobId, index), spec.Shots[index], epochId);
        }
    }

    /// <summary>Recalls states, and reads those of which nothing is known.</summary>
    private async Task<Dictionary<string, object>> RecallAsync(
        Dictionary<string, Func<StoredRecord, object>> wanted, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, object>(wanted.Count);
        var missing = new List<string>();
        foreach (var key in wanted.Keys)
        {
            if (groups.Recent.Recall(key) is { } recent)
            {
                known.Add(key, recent.State);
            }
            else
            {
                missing.Add(key);
            }
        }

        var epochId = groups.Recent.EpochId;
        var found = missing.Count > 0 ? await store.LoadAsync(missing, cancellationToken) : [];
        foreach (var (key, record) in missing.Zip(found))
        {
            if (record is not null)
            {
                known.Add(key, wanted[key](record));
                groups.Recent.Keep(key, known[key], record.Version, epochId);
            }
        }

        return known;
    }

    private List<OutboxRow> Rows(IReadOnlyList<Outgoing> outgoing) =>
        [.. outgoing.Select(message => OutboxRow.Of(message, time.GetUtcNow()))];

    private void Tell(Ruling? ruling, JobEvent? ofJob, ShotEvent? ofShot)
    {
        if (ruling is { Verdict: Verdict.Applied })
        {
            var now = time.GetUtcNow();
            var ends = ruling.Job.HasEnded
                && ofJob is not JobEvent.ShotsEnded && ofShot is not ShotEvent.JobEnded;
            metrics.Jobs.Applied(ruling, ofShot, ends, now);
            JobTrace.Applied(ruling, ofShot, ends, now);
        }
    }

    private void Count(Ruling ruling, string machine, string what, string from)
    {
        metrics.Refused(machine, what, from);
        log.TransitionRefused(ruling.Job.JobId, machine, ruling.Reason);
    }
}
