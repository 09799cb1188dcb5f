using RenderFarm.Storage;

namespace RenderFarm.Broker.Reporting;

/// <summary>Everything that the object store has of one job, by name.</summary>
/// <param name="JobId">Which job.</param>
/// <param name="Objects">Its objects, in key order.</param>
internal sealed record JobFolder(string JobId, IReadOnlyList<StoredObject> Objects)
{
    /// <summary>Its spec: without one there is no job.</summary>
    public StoredObject? Spec => Find("spec.json");

    /// <summary>
    /// The record that its life is over, the last one written: its report, or how else it ended.
    /// A final reel without a report is still to be told of.
    /// </summary>
    public StoredObject? End => Find("ended.json") ?? Find("report.json");

    /// <summary>Its owner's order to stop.</summary>
    public StoredObject? Cancel => Find("cancel.json");

    /// <summary>The record that its objects are collected.</summary>
    public StoredObject? Gone => Find("gone.json");

    /// <summary>The object of a name, in whichever revision.</summary>
    public StoredObject? Find(string name) =>
        Objects.LastOrDefault(o => o.Key.EndsWith($"/{name}", StringComparison.Ordinal));
}
