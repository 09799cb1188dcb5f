namespace RenderFarm.Broker.State;

/// <summary>A commit is not made when this index holds that many members already.</summary>
internal sealed record IndexLimit(string Index, long Count);
