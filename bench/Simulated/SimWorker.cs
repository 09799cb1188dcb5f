using RenderFarm.Broker.Dispatch.Policy;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>A worker of the simulation.</summary>
internal sealed class SimWorker(int index, WorkerKind kind, double speed)
{
    public int Index => index;

    public WorkerKind Kind => kind;

    /// <summary>What it really is; the policy sees its kind's.</summary>
    public double Speed => speed;

    /// <summary>As the policy sees it; the same object for workers that are alike.</summary>
    public AskingWorker Seen { get; set; } = null!;

    public SimShot? Shot { get; set; }

    /// <summary>When it began, loading included.</summary>
    public double BeganAt { get; set; }

    public double LoadedAt { get; set; }

    public double EndsAt { get; set; }

    /// <summary>Whether its shot was begun elsewhere before.</summary>
    public bool IsSecond { get; set; }

    /// <summary>Goes up with every attempt: an event of an older one is about nothing.</summary>
    public int Version { get; set; }
}
