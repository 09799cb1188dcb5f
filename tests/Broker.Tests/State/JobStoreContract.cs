using RenderFarm.Broker.State;
using Xunit;

namespace RenderFarm.Broker.Tests.State;

/// <summary>What every job store promises.</summary>
public abstract class JobStoreContract
{
    internal abstract IJobStore Store { get; }

    [Fact]
    public async Task Commit_NewRecord_IsReadWithVersionOne()
    {
        var result = await CommitAsync(new RecordWrite("job:a", 0, "{}"));

        Assert.Equal(CommitResult.Committed, result);
        Assert.Equal(new StoredRecord("{}", 1), await LoadAsync("job:a"));
        Assert.Null(await LoadAsync("job:b"));
    }

    [Fact]
    public async Task Commit_OneStaleVersion_WritesNothingAtAll()
    {
        await CommitAsync(new RecordWrite("job:a", 0, "1"));
        await CommitAsync(new RecordWrite("job:a", 1, "2"));

        var result = await Store.CommitAsync(
            new Commit
            {
                Records = [new("job:b", 0, "new"), new("job:a", 1, "stale")],
                Indexes = [new("active", "b", 1)],
                Rows = [Row("row-1")],
            },
            default);

        Assert.Equal(CommitResult.Conflict, result);
        Assert.Equal(new StoredRecord("2", 2), await LoadAsync("job:a"));
        Assert.Null(await LoadAsync("job:b"));
        Assert.Empty(await ReadAsync("active"));
        Assert.Empty(await Store.ReadOutboxAsync(10, default));
    }

    [Fact]
    public async Task Commit_GuardOfAnUnchangedRecord_LeavesItAsItIs()
    {
        await CommitAsync(new RecordWrite("job:a", 0, "1"));

        var result = await Store.CommitAsync(
            new Commit { Records = [new("shot:a:0", 0, "new"), RecordWrite.Guard("job:a", 1)] },
            default);

        Assert.Equal(CommitResult.Committed, result);
        Assert.Equal(new StoredRecord("1", 1), await LoadAsync("job:a"));
        Assert.Equal(new StoredRecord("new", 1), await LoadAsync("shot:a:0"));
    }

    [Fact]
    public async Task Commit_GuardOfAChangedRecord_Conflicts()
    {
        await CommitAsync(new RecordWrite("job:a", 0, "1"));
        await CommitAsync(new RecordWrite("job:a", 1, "2"));

        var result = await Store.CommitAsync(
            new Commit { Records = [new("shot:a:0", 0, "new"), RecordWrite.Guard("job:a", 1)] },
            default);

        Assert.Equal(CommitResult.Conflict, result);
        Assert.Null(await LoadAsync("shot:a:0"));
    }

    [Fact]
    public async Task Commit_ExistingRecordAsNew_Conflicts()
    {
        await CommitAsync(new RecordWrite("job:a", 0, "1"));

        Assert.Equal(CommitResult.Conflict, await CommitAsync(new RecordWrite("job:a", 0, "2")));
    }

    [Fact]
    public async Task Commit_AnyVersion_WritesAndDeletes()
    {
        await CommitAsync(new RecordWrite("worker:a", RecordWrite.AnyVersion, "1"));
        await CommitAsync(new RecordWrite("worker:a", RecordWrite.AnyVersion, "2"));
        Assert.Equal("2", (await LoadAsync("worker:a"))!.Json);

        await CommitAsync(new RecordWrite("worker:a", RecordWrite.AnyVersion, null));

        Assert.Null(await LoadAsync("worker:a"));
    }

    [Fact]
    public async Task Index_Members_AreReadByScoreThenName()
    {
        await IndexAsync(("c", 1), ("b", 2), ("a", 2), ("d", 1e15));

        Assert.Equal(["c", "a", "b", "d"], await ReadAsync("active"));
        Assert.Equal(
            ["a", "b"],
            await Store.ReadIndexAsync(
                "active", new IndexRange { Least = 2, Greatest = 2, Count = 10 }, default));
        Assert.Equal(
            ["a"],
            await Store.ReadIndexAsync(
                "active", new IndexRange { Offset = 1, Count = 1 }, default));
        Assert.Equal(3, await Store.CountIndexAsync("active", 2, default));
    }

    [Fact]
    public async Task Index_MemberSetAgainAndRemoved_Moves()
    {
        await IndexAsync(("a", 1), ("b", 2));
        await IndexAsync(("a", 3));
        Assert.Equal(["b", "a"], await ReadAsync("active"));

        await IndexAsync(("b", null), ("unknown", null));

        Assert.Equal(["a"], await ReadAsync("active"));
    }

    [Fact]
    public async Task Commit_IndexThatIsFull_WritesNothing()
    {
        await IndexAsync(("a", 1), ("b", 2));

        var result = await Store.CommitAsync(
            new Commit
            {
                Records = [new("job:a", 0, "1")],
                Limits = [new IndexLimit("finishing", 1), new IndexLimit("active", 2)],
            },
            default);

        Assert.Equal(CommitResult.Full, result);
        Assert.Null(await LoadAsync("job:a"));
    }

    [Fact]
    public async Task Outbox_Rows_AreReadInTheOrderOfTheirCommitsUntilDeleted()
    {
        await Store.CommitAsync(
            new Commit { Records = [], Rows = [Row("z"), Row("a")] }, default);
        await Store.CommitAsync(new Commit { Records = [], Rows = [Row("m")] }, default);
        Assert.Equal(["z", "a", "m"], await OutboxAsync());

        await Store.DeleteOutboxAsync(["a", "unknown"], default);

        Assert.Equal(["z", "m"], await OutboxAsync());
        Assert.Equal(Row("z"), (await Store.ReadOutboxAsync(1, default))[0]);
    }

    [Fact]
    public async Task Commit_ThousandsOfMembersAndRows_KeepsAllInTheirOrder()
    {
        const int Count = 2345;
        var names = Enumerable.Range(0, Count).Select(i => $"{i}").ToList();
        var result = await Store.CommitAsync(
            new Commit
            {
                Records = [new("job:a", 0, "1")],
                Indexes =
                [
                    .. names.Select((name, i) => new IndexChange("active", name, Count - i)),
                ],
                Rows = [.. names.Select(Row)],
            },
            default);
        var least = await Store.ReadIndexAsync("active", IndexRange.First(2), default);
        var rows = await Store.ReadOutboxAsync(Count, default);

        await Store.CommitAsync(
            new Commit
            {
                Records = [],
                Indexes = [.. names.Skip(1).Select(name => new IndexChange("active", name, null))],
            },
            default);
        await Store.DeleteOutboxAsync([.. names.SkipLast(1)], default);

        Assert.Equal(CommitResult.Committed, result);
        Assert.Equal(["2344", "2343"], least);
        Assert.Equal(names.Select(Row), rows);
        Assert.Equal(["0"], await ReadAsync("active"));
        Assert.Equal(["2344"], await OutboxAsync());
    }

    [Fact]
    public async Task Commit_OneMemberTwice_KeepsTheLaterChange()
    {
        await IndexAsync(("a", 1), ("b", 2), ("a", null), ("b", null), ("b", 3));

        Assert.Equal(["b"], await ReadAsync("active"));
        Assert.Equal(1, await Store.CountIndexAsync("active", 3, default));
    }

    [Fact]
    public async Task Outbox_Written_SetsTheSignal()
    {
        await Store.CommitAsync(new Commit { Records = [], Rows = [Row("a")] }, default);

        var start = TimeProvider.System.GetTimestamp();
        await Store.OutboxWritten.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, default);

        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Commit_RacedByMany_HasOneWinnerEachVersion()
    {
        await CommitAsync(new RecordWrite("job:a", 0, "0"));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(IncrementAsync)));

        Assert.Equal(new StoredRecord("80", 81), await LoadAsync("job:a"));

        async Task IncrementAsync()
        {
            for (var done = 0; done < 10;)
            {
                var read = (await LoadAsync("job:a"))!;
                var next = int.Parse(
                    read.Json, System.Globalization.CultureInfo.InvariantCulture) + 1;
                var result = await CommitAsync(new RecordWrite(
                    "job:a",
                    read.Version,
                    next.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                done += result == CommitResult.Committed ? 1 : 0;
            }
        }
    }

    private protected static OutboxRow Row(string id) =>
        new(id, new Outgoing(OutgoingKind.Event, "job.studio.a.JobAccepted", "{\"a\":\"ü\"}"));

    private protected async Task<IReadOnlyList<string>> OutboxAsync() =>
        [.. (await Store.ReadOutboxAsync(10, default)).Select(row => row.Id)];

    private protected Task<CommitResult> CommitAsync(params RecordWrite[] records) =>
        Store.CommitAsync(new Commit { Records = records }, default);

    private protected async Task<StoredRecord?> LoadAsync(string key) =>
        (await Store.LoadAsync([key], default))[0];

    private Task<CommitResult> IndexAsync(params (string Member, double? Score)[] members) =>
        Store.CommitAsync(
            new Commit
            {
                Records = [],
                Indexes =
                [
                    .. members.Select(m => new IndexChange("active", m.Member, m.Score)),
                ],
            },
            default);

    private Task<IReadOnlyList<string>> ReadAsync(string index) =>
        Store.ReadIndexAsync(index, IndexRange.First(100), default);
}
