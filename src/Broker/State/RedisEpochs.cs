using System.Globalization;
using StackExchange.Redis;

namespace RenderFarm.Broker.State;

/// <summary>
/// The epoch of a Redis: one hash beside the states, written by the same scripts.
/// </summary>
internal sealed class RedisEpochs(
    string prefix, Func<IDatabase> database, TimeSpan longestCall, TimeProvider time) : IEpochStore
{
    private static readonly RedisValue[] Fields = ["id", "number", "ready", "commits"];

    public StoreTrust Trust { get; } = new();

    /// <summary>The hash.</summary>
    public RedisKey Key { get; } = prefix + "epoch";

    public async Task<StoreMark> ReadAsync(CancellationToken cancellationToken) =>
        Read(await database().HashGetAsync(Key, Fields)
            .WaitAsync(longestCall, time, cancellationToken));

    /// <summary>Reads the epoch's id, number, readiness and count of commits.</summary>
    public static StoreMark Read(ReadOnlySpan<RedisValue> found) => new(
        found[0].IsNull ? "" : (string)found[0]!,
        found[1].IsNull ? 0 : (int)found[1],
        !found[2].IsNull && (int)found[2] == 1,
        found[3].IsNull ? 0 : (long)found[3]);

    public async Task<bool> TryBeginAsync(
        string fromEpochId, StoreMark epoch, bool wipe, CancellationToken cancellationToken)
    {
        var answer = await database().ScriptEvaluateAsync(
            RedisScripts.BeginEpoch,
            [Key],
            [
                prefix,
                fromEpochId,
                epoch.EpochId,
                epoch.EpochNumber.ToString(CultureInfo.InvariantCulture),
                epoch.IsReady ? 1 : 0,
                wipe ? 1 : 0,
            ]).WaitAsync(longestCall, time, cancellationToken);
        return (int)answer == 1;
    }

    public Task FinishAsync(string epochId, CancellationToken cancellationToken) =>
        database().ScriptEvaluateAsync(RedisScripts.FinishEpoch, [Key], [epochId])
            .WaitAsync(longestCall, time, cancellationToken);
}
