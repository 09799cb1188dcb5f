namespace RenderFarm.Broker.State;

/// <summary>Keeps everything in this process: a farm in one program, and tests.</summary>
internal sealed class MemoryJobStore : IJobStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, StoredRecord> records = [];
    private readonly Dictionary<string, Index> indexes = [];
    private readonly SortedDictionary<long, OutboxRow> outbox = [];
    private readonly Dictionary<string, long> outboxPlaces = [];
    private long lastPlace;

    public Signal OutboxWritten { get; } = new();

    public Task<IReadOnlyList<StoredRecord?>> LoadAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<StoredRecord?>>(
                [.. keys.Select(key => records.GetValueOrDefault(key))]);
        }
    }

    public Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (!commit.Records.All(IsAsExpected))
            {
                return Task.FromResult(CommitResult.Conflict);
            }

            if (commit.Limits.Any(limit => Count(limit.Index) >= limit.Count))
            {
                return Task.FromResult(CommitResult.Full);
            }

            foreach (var record in commit.Records)
            {
                Write(record);
            }

            foreach (var change in commit.Indexes)
            {
                Write(change);
            }

            foreach (var row in commit.Rows)
            {
                outbox.Add(++lastPlace, row);
                outboxPlaces.Add(row.Id, lastPlace);
            }
        }

        if (commit.Rows.Count > 0)
        {
            OutboxWritten.Set();
        }

        return Task.FromResult(CommitResult.Committed);
    }

    public Task<IReadOnlyList<string>> ReadIndexAsync(
        string index, IndexRange range, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<string>>(
                indexes.TryGetValue(index, out var found)
                    ? [.. found.Read(range.Least, range.Greatest)
                        .Skip(range.Offset).Take(range.Count)]
                    : []);
        }
    }

    public Task<long> CountIndexAsync(
        string index, double least, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult(
                indexes.TryGetValue(index, out var found)
                    ? found.Read(least, double.PositiveInfinity).LongCount()
                    : 0);
        }
    }

    public Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(
        int count, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<OutboxRow>>([.. outbox.Values.Take(count)]);
        }
    }

    public Task DeleteOutboxAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            foreach (var id in ids)
            {
                if (outboxPlaces.Remove(id, out var place))
                {
                    outbox.Remove(place);
                }
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>There is one process, so it always holds the right.</summary>
    public Task<bool> TryHoldAsync(
        string right, string holder, TimeSpan duration, CancellationToken cancellationToken) =>
        Task.FromResult(true);

    private bool IsAsExpected(RecordWrite write) =>
        write.ExpectedVersion == RecordWrite.AnyVersion
        || write.ExpectedVersion == (records.GetValueOrDefault(write.Key)?.Version ?? 0);

    private long Count(string index) =>
        indexes.TryGetValue(index, out var found) ? found.Count : 0;

    private void Write(RecordWrite write)
    {
        if (write.Json == RecordWrite.Same)
        {
            return;
        }

        if (write.Json is null)
        {
            records.Remove(write.Key);
            return;
        }

        var version = records.GetValueOrDefault(write.Key)?.Version ?? 0;
        records[write.Key] = new StoredRecord(write.Json, version + 1);
    }

    private void Write(IndexChange change)
    {
        if (!indexes.TryGetValue(change.Index, out var index))
        {
            if (change.Score is null)
            {
                return;
            }

            indexes[change.Index] = index = new Index();
        }

        index.Set(change.Member, change.Score);
        if (index.Count == 0)
        {
            indexes.Remove(change.Index);
        }
    }

    private sealed class Index
    {
        private readonly Dictionary<string, double> scores = [];
        private readonly SortedSet<(double Score, string Member)> members = new(
            Comparer<(double Score, string Member)>.Create((a, b) =>
                a.Score != b.Score
                    ? a.Score.CompareTo(b.Score)
                    : string.CompareOrdinal(a.Member, b.Member)));

        public int Count => members.Count;

        public void Set(string member, double? score)
        {
            if (scores.Remove(member, out var old))
            {
                members.Remove((old, member));
            }

            if (score is { } place)
            {
                scores.Add(member, place);
                members.Add((place, member));
            }
        }

        public IEnumerable<string> Read(double least, double greatest) =>
            members.Where(m => m.Score >= least && m.Score <= greatest).Select(m => m.Member);
    }
}
