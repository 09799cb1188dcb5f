using RenderFarm.Storage;

namespace RenderFarm.Broker.Garbage;

/// <summary>Everything that the object store has of one render key, by name.</summary>
/// <param name="RenderKey">Which key.</param>
/// <param name="Objects">Its objects, in key order.</param>
internal sealed record ClipFolder(string RenderKey, IReadOnlyList<StoredObject> Objects)
{
    private const string Record = "/accepted.json";
    private const string CheckpointFolder = "/checkpoints/";

    /// <summary>The commit record.</summary>
    public StoredObject? Accepted => Objects.FirstOrDefault(IsRecord);

    /// <summary>What attempts left to be resumed from.</summary>
    public IEnumerable<StoredObject> Checkpoints => Objects.Where(IsCheckpoint);

    /// <summary>Attempts' files.</summary>
    public IEnumerable<StoredObject> Files =>
        Objects.Where(o => !IsRecord(o) && !IsCheckpoint(o));

    /// <summary>The attempt that a file is of.</summary>
    public static string AttemptOf(StoredObject file)
    {
        var name = file.Key[(file.Key.LastIndexOf('/') + 1)..];
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? name : name[..dot];
    }

    private static bool IsRecord(StoredObject found) =>
        found.Key.EndsWith(Record, StringComparison.Ordinal);

    private static bool IsCheckpoint(StoredObject found) =>
        found.Key.Contains(CheckpointFolder, StringComparison.Ordinal);
}
