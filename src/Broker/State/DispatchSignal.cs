namespace RenderFarm.Broker.State;

/// <summary>Says that there may be something to dispatch.</summary>
internal sealed class DispatchSignal
{
    /// <summary>Wakes the dispatcher of this process.</summary>
    public Signal Signal { get; } = new();

    /// <summary>Says it.</summary>
    public void Set() => Signal.Set();
}
