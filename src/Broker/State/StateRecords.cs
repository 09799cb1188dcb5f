using System.Text.Json;
using RenderFarm.Contracts;

namespace RenderFarm.Broker.State;

/// <summary>States as the store keeps them: JSON with a version.</summary>
internal static class StateRecords
{
    /// <summary>Reads states; null where there is none.</summary>
    public static async Task<IReadOnlyList<Loaded<T>?>> LoadAsync<T>(
        this IJobStore store, List<string> keys, CancellationToken cancellationToken)
        where T : class
    {
        if (keys.Count == 0)
        {
            return [];
        }

        var records = await store.LoadAsync((IReadOnlyList<string>)keys, cancellationToken);
        return [.. records.Select(Read<T>)];
    }

    /// <summary>Reads one state; null when there is none.</summary>
    public static async Task<Loaded<T>?> LoadAsync<T>(
        this IJobStore store, string key, CancellationToken cancellationToken)
        where T : class =>
        (await store.LoadAsync<T>([key], cancellationToken))[0];

    /// <summary>Reads two states in one step; null where there is none.</summary>
    public static async Task<(Loaded<T1>? One, Loaded<T2>? Other)> LoadAsync<T1, T2>(
        this IJobStore store, string one, string other, CancellationToken cancellationToken)
        where T1 : class
        where T2 : class
    {
        var records = await store.LoadAsync([one, other], cancellationToken);
        return (Read<T1>(records[0]), Read<T2>(records[1]));
    }

    /// <summary>A record's state; null where there is none.</summary>
    public static Loaded<T>? Read<T>(StoredRecord? record)
        where T : class =>
        record is null ? null : new Loaded<T>(
            JsonSerializer.Deserialize<T>(record.Json, FarmJson.Options)!, record.Version);

    /// <summary>The state in a record.</summary>
    public static T State<T>(StoredRecord record)
        where T : class =>
        Read<T>(record)!.State;

    /// <summary>A state as text.</summary>
    public static string Write<T>(T state) => JsonSerializer.Serialize(state, FarmJson.Options);

    /// <summary>A shot to be kept in place of the one that was read.</summary>
    public static RecordWrite Write(ShotState shot, long version) =>
        new(RecordKeys.Shot(shot.JobId, shot.ShotIndex), version, Write(shot));
}
