namespace RenderFarm.Broker.State;

/// <summary>What can happen between a worker and a queue.</summary>
internal abstract record WorkerEvent
{
    /// <summary>The event's name, for metrics and logs.</summary>
    public string Name => GetType().Name;

    /// <summary>It asks for a shot.</summary>
    /// <param name="Shot">Which one, by which attempt.</param>
    /// <param name="CanaryIsOut">Whether the shot it is being tried with is still its own.</param>
    internal sealed record Claimed(CanaryState Shot, bool CanaryIsOut) : WorkerEvent;

    /// <summary>It failed an attempt, and is blamed.</summary>
    internal sealed record Failed(string AttemptId) : WorkerEvent;

    /// <summary>Its clip is accepted.</summary>
    internal sealed record Committed(string AttemptId) : WorkerEvent;
}
