namespace RenderFarm.Broker.State;

/// <summary>What is written in one atomic step: states, their indexes, and the messages.</summary>
internal sealed record Commit
{
    /// <summary>Records, each with the version that it was read with.</summary>
    public required IReadOnlyList<RecordWrite> Records { get; init; }

    /// <summary>Changes of indexes.</summary>
    public IReadOnlyList<IndexChange> Indexes { get; init; } = [];

    /// <summary>Messages to be sent, in this order.</summary>
    public IReadOnlyList<OutboxRow> Rows { get; init; } = [];

    /// <summary>What must have room, all of it.</summary>
    public IReadOnlyList<IndexLimit> Limits { get; init; } = [];
}
