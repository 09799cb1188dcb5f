using Microsoft.Extensions.Options;
using RenderFarm.Broker.Planning;

namespace RenderFarm.Broker.State;

/// <summary>
/// The shell around the rules: loads states, applies one rule, keeps states, indexes and messages
/// in one atomic step, and tries again when somebody was faster.
/// </summary>
internal sealed class JobLedger(
    IJobStore store,
    DispatchSignal dispatch,
    IOptions<BrokerOptions> options,
    BrokerMetrics metrics,
    TimeProvider time,
    ILogger<JobLedger> log)
{
    private const int MostTries = 50;
    private readonly RuleLimits limits = options.Value.Limits();
    private readonly JobLocks locks = new();

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

    /// <summary>Reads every shot of a job, in film order.</summary>
    public async Task<IReadOnlyList<ShotState>> FindShotsAsync(
        JobState job, CancellationToken cancellationToken) =>
        [.. (await FindShotsAsync(
            job.JobId, Enumerable.Range(0, job.ShotCount), cancellationToken)).Select(s => s!)];

    /// <summary>Reads what is to be rendered of some shots of a job.</summary>
    public async Task<IReadOnlyList<PlannedShot>> FindPlansAsync(
        string jobId, IEnumerable<int> shotIndexes, CancellationToken cancellationToken)
    {
        var keys = shotIndexes.Select(index => RecordKeys.Plan(jobId, index)).ToList();
        var plans = await store.LoadAsync<PlannedShot>(keys, cancellationToken);
        return [.. plans.Select(plan => plan!.State)];
    }

    /// <summary>Keeps a new job, whole, and says whether this call did.</summary>
    public async Task<bool> OpenAsync(
        JobSpec spec, Ruling opening, CancellationToken cancellationToken)
    {
        List<RecordWrite> records =
        [
            new(RecordKeys.Job(spec.JobId), 0, StateRecords.Write(opening.Job)),
            .. opening.Shots.Select(shot => StateRecords.Write(shot, version: 0)),
            .. spec.Shots.Select((plan, index) => new RecordWrite(
                RecordKeys.Plan(spec.JobId, index), 0, StateRecords.Write(plan))),
        ];
        var indexes = IndexRules.Of(opening.Job)
            .Concat(opening.Shots.SelectMany(IndexRules.Of))
            .Where(change => change.Score is not null)
            .Append(new IndexChange(IndexKeys.Queues, opening.Job.Queue, 0));
        var result = await store.CommitAsync(
            new Commit
            {
                Records = records,
                Indexes = [.. indexes],
                Rows = Rows(opening.Outgoing),
            },
            cancellationToken);
        dispatch.Set();
        return result == CommitResult.Committed;
    }

    /// <summary>Lets an event happen to a job; null when there is no such job.</summary>
    public async Task<Ruling?> ApplyAsync(
        string jobId, JobEvent what, CancellationToken cancellationToken)
    {
        using var turn = await locks.EnterAsync(jobId, cancellationToken);
        for (var tryNumber = 1; tryNumber <= MostTries; tryNumber++)
        {
            var job = await store.LoadAsync<JobState>(RecordKeys.Job(jobId), cancellationToken);
            if (job is null)
            {
                return null;
            }

            var ruling = JobRules.Apply(job.State, what, limits, time.GetUtcNow());
            if (await KeepAsync(ruling, job, [], null, cancellationToken) != CommitResult.Conflict)
            {
                Count(ruling, "job", what.Name, job.State.Status.ToString());
                return ruling;
            }
        }

        throw Contended(jobId);
    }

    /// <summary>Lets an event happen to a shot; null when there is no such shot.</summary>
    /// <param name="jobId">Which job.</param>
    /// <param name="shotIndex">Which shot.</param>
    /// <param name="what">What happens.</param>
    /// <param name="limit">What must have room, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Ruling?> ApplyAsync(
        string jobId,
        int shotIndex,
        ShotEvent what,
        IndexLimit? limit,
        CancellationToken cancellationToken)
    {
        var place = TouchesJob(what) ? jobId : IndexKeys.Shot(jobId, shotIndex);
        using var turn = await locks.EnterAsync(place, cancellationToken);
        for (var tryNumber = 1; tryNumber <= MostTries; tryNumber++)
        {
            var (job, shot) = await store.LoadAsync<JobState, ShotState>(
                RecordKeys.Job(jobId), RecordKeys.Shot(jobId, shotIndex), cancellationToken);
            if (job is null || shot is null)
            {
                return null;
            }

            var dependents = what is ShotEvent.ClipAccepted
                ? await store.LoadAsync<ShotState>(
                    [.. shot.State.Dependents.Select(i => RecordKeys.Shot(jobId, i))],
                    cancellationToken)
                : [];
            var view = new ShotView(
                job.State, shot.State, [.. dependents.Select(d => d!.State)]);
            var ruling = ShotRules.Apply(view, what, limits, time.GetUtcNow());
            var result = await KeepAsync(
                ruling, job, [shot, .. dependents.Select(d => d!)], limit, cancellationToken);
            if (result == CommitResult.Full)
            {
                return Ruling.Refused(job.State, "the queue is full", shot.State);
            }

            if (result == CommitResult.Committed)
            {
                Count(ruling, "shot", what.Name, shot.State.Status.ToString());
                Wake(ruling, what);
                return ruling;
            }
        }

        throw Contended(jobId);
    }

    /// <summary>
    /// Gives tickets to several shots in one step, in this order; a shot that cannot have one now
    /// is left out.
    /// </summary>
    /// <returns>
    /// Those that got one; null when somebody was faster or there is no room for all, and nothing
    /// is changed: then one by one.
    /// </returns>
    public async Task<IReadOnlyList<(string JobId, int ShotIndex, string DispatchId)>?>
        TryDispatchAsync(
        IReadOnlyList<(string JobId, int ShotIndex, string DispatchId)> shots,
        IndexLimit limit,
        CancellationToken cancellationToken)
    {
        var keys = shots.Select(shot => RecordKeys.Job(shot.JobId))
            .Concat(shots.Select(shot => RecordKeys.Shot(shot.JobId, shot.ShotIndex)))
            .ToList();
        var found = await store.LoadAsync(keys, cancellationToken);
        var issued = new List<(string JobId, int ShotIndex, string DispatchId)>(shots.Count);
        var records = new List<RecordWrite>(shots.Count);
        var indexes = new List<IndexChange>();
        var rows = new List<OutboxRow>(shots.Count);
        for (var i = 0; i < shots.Count; i++)
        {
            var job = StateRecords.Read<JobState>(found[i]);
            var shot = StateRecords.Read<ShotState>(found[shots.Count + i]);
            if (job is null || shot is null)
            {
                continue;
            }

            var what = new ShotEvent.Dispatched(shots[i].DispatchId);
            var ruling = ShotRules.Apply(
                new ShotView(job.State, shot.State, []), what, limits, time.GetUtcNow());
            Count(ruling, "shot", what.Name, shot.State.Status.ToString());
            if (ruling.Verdict == Verdict.Applied)
            {
                issued.Add(shots[i]);
                records.Add(StateRecords.Write(ruling.Shots[0], shot.Version));
                indexes.AddRange(IndexRules.Of(ruling.Shots[0]));
                rows.AddRange(Rows(ruling.Outgoing));
            }
        }

        if (issued.Count == 0)
        {
            return issued;
        }

        var result = await store.CommitAsync(
            new Commit
            {
                Records = records,
                Indexes = indexes,
                Rows = rows,
                Limit = limit with { Count = limit.Count - issued.Count + 1 },
            },
            cancellationToken);
        return result == CommitResult.Committed ? issued : null;
    }

    /// <summary>
    /// Whether an event writes the job, too: those of one job wait for each other, the rest only
    /// for what happens to the same shot.
    /// </summary>
    private static bool TouchesJob(ShotEvent what) => what is ShotEvent.ClipAccepted
        or ShotEvent.AttemptFailed or ShotEvent.LeaseExpired or ShotEvent.JobEnded;

    private async Task<CommitResult> KeepAsync(
        Ruling ruling,
        Loaded<JobState> job,
        IReadOnlyList<Loaded<ShotState>> shots,
        IndexLimit? limit,
        CancellationToken cancellationToken)
    {
        if (ruling.Verdict != Verdict.Applied)
        {
            return CommitResult.Committed;
        }

        var records = new List<RecordWrite>();
        var indexes = new List<IndexChange>();
        if (!ReferenceEquals(ruling.Job, job.State))
        {
            records.Add(new(
                RecordKeys.Job(ruling.Job.JobId), job.Version, StateRecords.Write(ruling.Job)));
            indexes.AddRange(IndexRules.Of(ruling.Job));
        }

        foreach (var shot in ruling.Shots)
        {
            var version = shots.First(s => s.State.ShotIndex == shot.ShotIndex).Version;
            records.Add(StateRecords.Write(shot, version));
            indexes.AddRange(IndexRules.Of(shot));
        }

        return await store.CommitAsync(
            new Commit
            {
                Records = records,
                Indexes = indexes,
                Rows = Rows(ruling.Outgoing),
                Limit = limit,
            },
            cancellationToken);
    }

    private List<OutboxRow> Rows(IReadOnlyList<Outgoing> outgoing) =>
        [.. outgoing.Select(message => new OutboxRow(
            Guid.CreateVersion7(time.GetUtcNow()).ToString(), message))];

    private void Count(Ruling ruling, string machine, string what, string from)
    {
        if (ruling.Verdict == Verdict.Refused)
        {
            metrics.Refused(machine, what, from);
            log.TransitionRefused(ruling.Job.JobId, machine, ruling.Reason);
        }
    }

    private void Wake(Ruling ruling, ShotEvent what)
    {
        if (ruling.Verdict == Verdict.Applied
            && what is not (ShotEvent.Renewed or ShotEvent.Dispatched))
        {
            dispatch.Set();
        }
    }

    private static InvalidOperationException Contended(string jobId) =>
        new($"job {jobId} was changed by others {MostTries} times while one event waited");
}
