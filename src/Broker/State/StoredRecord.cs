namespace RenderFarm.Broker.State;

/// <summary>A record as the store has it.</summary>
/// <param name="Json">Its text.</param>
/// <param name="Version">How often it was written, from 1.</param>
internal sealed record StoredRecord(string Json, long Version);
