using RenderFarm.Storage;

namespace RenderFarm.Broker.Garbage;

/// <summary>Deletes garbage and counts it.</summary>
internal sealed class Collector(IObjectStore objects, BrokerMetrics metrics)
{
    /// <summary>Deletes an object unless it is another one by now.</summary>
    /// <returns>1 when it was deleted, else 0.</returns>
    public async Task<int> DeleteAsync(
        GarbageKind kind, StoredObject garbage, CancellationToken cancellationToken)
    {
        var now = await objects.TryHeadAsync(garbage.Key, cancellationToken);
        if (now is null || now.ModifiedAt > garbage.ModifiedAt
            || now.ByteCount != garbage.ByteCount)
        {
            return 0;
        }

        await objects.DeleteAsync(garbage.Key, cancellationToken);
        metrics.Collected(Word(kind), 1, garbage.ByteCount);
        return 1;
    }

    /// <summary>Counts what something else deleted.</summary>
    public int Count(GarbageKind kind, int count)
    {
        if (count > 0)
        {
            metrics.Collected(Word(kind), count, byteCount: 0);
        }

        return count;
    }

    private static string Word(GarbageKind kind) => kind.ToString().ToLowerInvariant();
}
