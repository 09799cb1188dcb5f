namespace RenderFarm.Broker.Recovery;

/// <summary>An epoch of the job store as the object store remembers it.</summary>
internal sealed record EpochRecord
{
    /// <summary>Its random name.</summary>
    public required string EpochId { get; init; }

    /// <summary>Which one, from 1.</summary>
    public required int EpochNumber { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Reason { get; init; }

    /// <summary>
    /// How many commits it had at least. Not in the record, which never changes, but in the name of
    /// an object beside it.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long CommitCount { get; init; }
}
