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
                if (what is JobEvent.ResumeAsked)
                {
                    dispatch.Set();
                }

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

            var dependents = await LoadDependentsAsync(
                job.State, shot.State, what, cancellationToken);
            var view = new ShotView(job.State, shot.State, [.. dependents.Select(d => d.State)]);
            var ruling = ShotRules.Apply(view, what, limits, time.GetUtcNow());
            var result = await KeepAsync(
                ruling, job, [shot, .. dependents], limit, cancellationToken);
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
    /// The shots that an event at one shot may change, too: those that continue it when its clip is
    /// accepted, and all that wait for it when it may end without one and the film goes on.
    /// </summary>
    private async Task<List<Loaded<ShotState>>> LoadDependentsAsync(
        JobState job, ShotState shot, ShotEvent what, CancellationToken cancellationToken)
    {
        var toTheEnd = job.GoesOnWithoutShots && what is
            ShotEvent.AttemptFailed or ShotEvent.LeaseExpired or ShotEvent.CancelAsked;
        var found = new List<Loaded<ShotState>>();
        var seen = new HashSet<int> { shot.ShotIndex };
        var next = what is ShotEvent.ClipAccepted || toTheEnd ? shot.Dependents : [];
        while (next.Count > 0)
        {
            var loaded = await store.LoadAsync<ShotState>(
                [.. next.Where(seen.Add).Select(i => RecordKeys.Shot(job.JobId, i))],
                cancellationToken);
            found.AddRange(loaded.Select(dependent => dependent!));
            next = toTheEnd
                ? [.. loaded.Where(d => !d!.State.HasEnded).SelectMany(d => d!.State.Dependents)]
                : [];
        }

        return found;
    }

    /// <summary>
    /// Whether an event writes the job, too: those of one job wait for each other, the rest only
    /// for what happens to the same shot.
    /// </summary>
    private static bool TouchesJob(ShotEvent what) => what is ShotEvent.ClipAccepted
        or ShotEvent.AttemptFailed or ShotEvent.LeaseExpired or ShotEvent.CancelAsked
        or ShotEvent.JobEnded;

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
        else if (ruling.Shots.Count > 0)
        {
            // The rule looked at the job: a shot must not be dispatched or granted by what another
            // Broker has ended in between.
            records.Add(RecordWrite.Guard(RecordKeys.Job(ruling.Job.JobId), job.Version));
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
        [.. outgoing.Select(message => OutboxRow.Of(message, time.GetUtcNow()))];

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
