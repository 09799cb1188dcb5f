namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>What an effect of a process is an effect on.</summary>
internal enum FakeEffectKind
{
    /// <summary>Redis.</summary>
    Store,

    /// <summary>The object store.</summary>
    Objects,

    /// <summary>RabbitMQ.</summary>
    Bus,
}
