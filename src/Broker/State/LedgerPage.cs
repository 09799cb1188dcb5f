namespace RenderFarm.Broker.State;

/// <summary>
/// The states that a group of events is about: as they were read, and as the events leave them.
/// </summary>
/// <param name="store">Where they are kept.</param>
/// <param name="recent">Where kept states are noted.</param>
/// <param name="goesByMemory">Whether noted states are good enough; if not, all are read.</param>
/// <param name="limits">For the rules.</param>
/// <param name="time">For the rules.</param>
internal sealed class LedgerPage(
    IJobStore store,
    RecentStates recent,
    bool goesByMemory,
    RuleLimits limits,
    TimeProvider time)
{
    private readonly Dictionary<string, Entry> entries = [];
    private readonly List<OutboxRow> rows = [];
    private readonly string? epochId = recent.EpochId;

    /// <summary>Reads all that these events look at.</summary>
    public async Task LoadAsync(IReadOnlyList<PendingEvent> group)
    {
        await LoadAsync(group.SelectMany(what => what.OfShot is null
            ? [RecordKeys.Job(what.JobId)]
            : (string[])[
                RecordKeys.Job(what.JobId), RecordKeys.Shot(what.JobId, what.ShotIndex)]));
        // A chain that may end with its first shot is followed link by link.
        while (group.SelectMany(MissingOf).ToList() is { Count: > 0 } missing)
        {
            await LoadAsync(missing);
        }
    }

    /// <summary>
    /// Lets the events happen one after another, and keeps what they leave in one step.
    /// </summary>
    public async Task<CommitResult> KeepAsync(IReadOnlyList<PendingEvent> group)
    {
        var applied = 0;
        var bounds = new List<IndexLimit>();
        foreach (var what in group)
        {
            what.Judge(() => Apply(what));
            if (what.Ruling is { Verdict: Verdict.Applied } ruling)
            {
                Note(ruling);
                applied++;
                bounds.AddRange(what.Limits);
            }
        }

        if (applied < group.Count && entries.Values.Any(entry => entry.IsRemembered))
        {
            // No commit would tell that such a word is said of what is no longer so.
            return CommitResult.Conflict;
        }

        var result = applied == 0 ? CommitResult.Committed : await store.CommitAsync(
            new Commit
            {
                Records = [.. entries.Where(e => e.Value.IsLookedAt).Select(Write)],
                Indexes = [.. entries.Values.Where(e => e.IsChanged).SelectMany(IndexesOf)],
                Rows = rows,
                Limits =
                [
                    .. bounds.GroupBy(limit => limit.Index).Select(same => new IndexLimit(
                        same.Key, same.Min(limit => limit.Count) - same.Count() + 1)),
                ],
            },
            CancellationToken.None);
        if (result == CommitResult.Committed)
        {
            Remember();
        }

        return result;
    }

    private async Task LoadAsync(IEnumerable<string> keys)
    {
        var missing = keys.Where(key => !entries.ContainsKey(key)).Distinct().ToList();
        if (goesByMemory)
        {
            missing.RemoveAll(key => recent.Recall(key) is { } known
                && entries.TryAdd(key, new Entry(known)));
        }

        if (missing.Count == 0)
        {
            return;
        }

        var found = await store.LoadAsync(missing, CancellationToken.None);
        foreach (var (key, record) in missing.Zip(found))
        {
            entries.Add(key, new Entry(record));
        }
    }

    private Ruling? Apply(PendingEvent what)
    {
        if (JobOf(what) is not { } job)
        {
            return null;
        }

        var now = time.GetUtcNow();
        if (what.OfJob is { } ofJob)
        {
            return JobRules.Apply(job, ofJob, limits, now);
        }

        return ShotOf(what.JobId, what.ShotIndex) is { } shot
            ? ShotRules.Apply(
                new ShotView(job, shot, DependentsOf(job, shot, what.OfShot!)),
                what.OfShot!,
                limits,
                now)
            : null;
    }

    private void Note(Ruling ruling)
    {
        // The rule looked at the job: a shot must not be dispatched or granted by what another
        // Broker has ended in between.
        var job = entries[RecordKeys.Job(ruling.Job.JobId)];
        job.IsLookedAt = true;
        job.IsChanged |= !ReferenceEquals(job.State, ruling.Job);
        job.State = ruling.Job;
        foreach (var shot in ruling.Shots)
        {
            var entry = entries[RecordKeys.Shot(shot.JobId, shot.ShotIndex)];
            (entry.State, entry.IsLookedAt, entry.IsChanged) = (shot, true, true);
        }

        var now = time.GetUtcNow();
        rows.AddRange(ruling.Outgoing.Select(message => OutboxRow.Of(message, now)));
    }

    private void Remember()
    {
        foreach (var (key, entry) in entries)
        {
            if (entry.State is { } state)
            {
                var version = entry.IsChanged ? entry.Version + 1 : entry.Version;
                recent.Keep(key, state, version, epochId);
            }
        }
    }

    /// <summary>Records of shots that an event may change and that are not read yet.</summary>
    private List<string> MissingOf(PendingEvent what)
    {
        var missing = new List<string>();
        if (what.OfShot is { } ofShot)
        {
            // A record that cannot be read is the event's fault, and said when it happens.
            what.Judge(() =>
            {
                if (JobOf(what) is { } job && ShotOf(what.JobId, what.ShotIndex) is { } shot)
                {
                    missing.AddRange(Follow(job, shot, ofShot)
                        .Select(index => RecordKeys.Shot(what.JobId, index))
                        .Where(key => !entries.ContainsKey(key)));
                }

                return null;
            });
        }

        return missing;
    }

    private List<ShotState> DependentsOf(JobState job, ShotState shot, ShotEvent what) =>
        [.. Follow(job, shot, what).Select(index => ShotOf(job.JobId, index)!)];

    /// <summary>
    /// The shots that an event at one shot may change, too: those that continue it when its clip is
    /// accepted, and all that wait for it when it may end without one and the film goes on.
    /// </summary>
    private IEnumerable<int> Follow(JobState job, ShotState shot, ShotEvent what)
    {
        var toTheEnd = job.GoesOnWithoutShots && what is
            ShotEvent.AttemptFailed or ShotEvent.LeaseExpired or ShotEvent.CancelAsked;
        if (what is not ShotEvent.ClipAccepted && !toTheEnd)
        {
            yield break;
        }

        var seen = new HashSet<int> { shot.ShotIndex };
        var next = new Queue<int>(shot.Dependents);
        while (next.TryDequeue(out var index))
        {
            if (!seen.Add(index))
            {
                continue;
            }

            yield return index;
            if (toTheEnd && entries.ContainsKey(RecordKeys.Shot(job.JobId, index))
                && ShotOf(job.JobId, index) is { HasEnded: false } dependent)
            {
                foreach (var further in dependent.Dependents)
                {
                    next.Enqueue(further);
                }
            }
        }
    }

    private JobState? JobOf(PendingEvent what) =>
        entries[RecordKeys.Job(what.JobId)].Read<JobState>();

    private ShotState? ShotOf(string jobId, int shotIndex) =>
        entries[RecordKeys.Shot(jobId, shotIndex)].Read<ShotState>();

    private static RecordWrite Write(KeyValuePair<string, Entry> entry) => new(
        entry.Key,
        entry.Value.Version,
        !entry.Value.IsChanged ? RecordWrite.Same
            : entry.Value.State is JobState job ? StateRecords.Write(job)
            : StateRecords.Write((ShotState)entry.Value.State!));

    /// <summary>Where a record is to be found now and was not, or the other way round.</summary>
    private static IEnumerable<IndexChange> IndexesOf(Entry entry) =>
        IndexesOf(entry.State).Except(IndexesOf(entry.Before));

    private static IEnumerable<IndexChange> IndexesOf(object? state) =>
        state is JobState job ? IndexRules.Of(job) : IndexRules.Of((ShotState)state!);

    private sealed class Entry
    {
        private readonly StoredRecord? record;

        public Entry(StoredRecord? record)
        {
            this.record = record;
            Version = record?.Version ?? 0;
        }

        public Entry(Loaded<object> known)
        {
            (State, Before, Version) = (known.State, known.State, known.Version);
            IsRemembered = true;
        }

        public long Version { get; }

        /// <summary>Whether it was not read, but is what it was when it was seen last.</summary>
        public bool IsRemembered { get; }

        /// <summary>Before any of the events.</summary>
        public object? Before { get; private set; }

        /// <summary>As the events leave it.</summary>
        public object? State { get; set; }

        public bool IsLookedAt { get; set; }

        public bool IsChanged { get; set; }

        public T? Read<T>()
            where T : class =>
            (T?)(State ??= Before = StateRecords.Read<T>(record)?.State);
    }
}
