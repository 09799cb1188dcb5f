namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>What a model asks of a worker.</summary>
/// <param name="Name">The model by content and profile: its ticket queue.</param>
/// <param name="MemoryGib">GPU memory that it takes, in GiB.</param>
/// <param name="LoadSeconds">How long a worker that has another one takes to load it.</param>
internal sealed record ModelNeed(string Name, double MemoryGib, double LoadSeconds);
