using System.Text.Json;
using Microsoft.Extensions.Options;
using RenderFarm.Contracts;
using StackExchange.Redis;

namespace RenderFarm.Broker.State;

/// <summary>
/// Keeps everything in Redis under <c>farm:</c>: records as hashes of version and text, indexes as
/// sorted sets, the outbox as a sorted set and a hash. Uses only calls that every release of the
/// client since 1.2 has.
/// </summary>
/// <remarks>
/// A call that ends by its time limit may have happened; whoever asked reads again.
/// </remarks>
internal sealed class RedisJobStore : IJobStore, IHostedLifecycleService, IDisposable
{
    private const string Prefix = "farm:";
    private const string Written = Prefix + "outbox:written";
    private const int AnotherEpoch = 3;
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);
    private static readonly RedisKey[] OutboxKeys = [Prefix + "outbox", Prefix + "outbox:rows"];

    private readonly ConfigurationOptions settings;
    private readonly TimeProvider time;
    private readonly RedisEpochs epochs;
    private readonly SharedReads reads;
    private ConnectionMultiplexer? connection;

    public RedisJobStore(IOptions<RedisOptions> options, TimeProvider time)
    {
        settings = options.Value.Read();
        this.time = time;
        epochs = new RedisEpochs(Prefix, () => Database, LongestCall, time);
        reads = new SharedReads(LoadAsync);
    }

    public IEpochStore Epochs => epochs;

    public Signal OutboxWritten { get; } = new();

    private IDatabase Database =>
        (connection ?? throw new InvalidOperationException("the Redis store is not started"))
            .GetDatabase();

    /// <summary>Connects, and ends the start where there is no Redis.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var place = string.Join(',', settings.EndPoints);
        try
        {
            connection = await Bounded(
                ConnectionMultiplexer.ConnectAsync(settings), cancellationToken);
            await Bounded(Database.PingAsync(), cancellationToken);
            await Bounded(
                connection.GetSubscriber().SubscribeAsync(Written, (_, _) => OutboxWritten.Set()),
                cancellationToken);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            throw new InvalidOperationException(
                $"Redis__Url: no Redis answers at {place}: {fault.Message}", fault);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => connection?.Dispose();

    public Task<IReadOnlyList<StoredRecord?>> LoadAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        reads.LoadAsync(keys, cancellationToken);

    public async Task<CommitResult> CommitAsync(
        Commit commit, CancellationToken cancellationToken)
    {
        reads.Send();
        var before = epochs.Trust.Current;
        var keys = commit.Records.Select(record => (RedisKey)(Prefix + record.Key)).ToArray();
        var answer = await Bounded(
            Database.ScriptEvaluateAsync(
                RedisScripts.Commit, keys, RedisCommit.Arguments(Prefix, before, commit)),
            cancellationToken);
        var parts = (RedisValue[])answer!;
        var (code, commitCount) = ((int)parts[0], (long)parts[1]);
        epochs.Trust.Check(
            before,
            code == AnotherEpoch ? "another" : before?.EpochId ?? "",
            commitCount,
            isCommit: code == (int)CommitResult.Committed);
        return (CommitResult)code;
    }

    public async Task<IReadOnlyList<string>> ReadIndexAsync(
        string index, IndexRange range, CancellationToken cancellationToken)
    {
        var members = await Bounded(
            Database.SortedSetRangeByScoreAsync(
                Prefix + index,
                range.Least,
                range.Greatest,
                Exclude.None,
                Order.Ascending,
                range.Offset,
                range.Count),
            cancellationToken);
        return [.. members.Select(member => (string)member!)];
    }

    public Task<long> CountIndexAsync(
        string index, double least, CancellationToken cancellationToken) =>
        Bounded(
            Database.SortedSetLengthAsync(Prefix + index, least, double.PositiveInfinity),
            cancellationToken);

    public async Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(
        int count, CancellationToken cancellationToken)
    {
        var answer = await Bounded(
            Database.ScriptEvaluateAsync(RedisScripts.Outbox, OutboxKeys, [count]),
            cancellationToken);
        return [.. ((RedisValue[])answer!).Chunk(2).Select(row => new OutboxRow(
            row[0]!, JsonSerializer.Deserialize<Outgoing>((string)row[1]!, FarmJson.Options)!))];
    }

    public Task DeleteOutboxAsync(
        IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        Bounded(
            Database.ScriptEvaluateAsync(
                RedisScripts.Forget,
                OutboxKeys,
                [.. ids.Select(id => (RedisValue)id)]),
            cancellationToken);

    public async Task<bool> TryHoldAsync(
        string right, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        var answer = await Bounded(
            Database.ScriptEvaluateAsync(
                RedisScripts.Hold,
                [Prefix + "right:" + right],
                [holder, (long)duration.TotalMilliseconds]),
            cancellationToken);
        return (int)answer == 1;
    }

    private async Task<StoredRecord?[]> LoadAsync(IReadOnlyList<string> keys)
    {
        var before = epochs.Trust.Current;
        var answer = await Bounded(
            Database.ScriptEvaluateAsync(
                RedisScripts.Load,
                [.. keys.Select(key => (RedisKey)(Prefix + key))],
                [Prefix]),
            CancellationToken.None);
        var found = (RedisValue[])answer!;
        var mark = RedisEpochs.Read(found.AsSpan(2 * keys.Count));
        epochs.Trust.Check(before, mark.EpochId, mark.CommitCount, isCommit: false);
        var records = new StoredRecord?[keys.Count];
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = found[2 * i].IsNull
                ? null
                : new StoredRecord((string)found[(2 * i) + 1]!, (long)found[2 * i]);
        }

        return records;
    }

    private Task<T> Bounded<T>(Task<T> call, CancellationToken cancellationToken) =>
        call.WaitAsync(LongestCall, time, cancellationToken);

    private Task Bounded(Task call, CancellationToken cancellationToken) =>
        call.WaitAsync(LongestCall, time, cancellationToken);
}
