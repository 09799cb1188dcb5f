using RenderFarm.Broker.Dispatch.Policy;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>Who gets which shot: the farm's own policy, or one to compare it with.</summary>
internal interface IDispatchRule
{
    string Name { get; }

    int ReadyCount { get; }

    /// <summary>Whether an idle worker may start a shot a second time.</summary>
    bool MaySpeculate(AskingWorker worker, double now);

    void Arrive(SimJob job);

    void Ready(SimShot shot, double now);

    void Free(AskingWorker worker, double now);

    /// <summary>A free worker does something that the rule did not choose.</summary>
    void Taken(AskingWorker worker);

    SimShot? Choose(AskingWorker worker, double now);

    /// <summary>A shot is rendered; it took so much at speed 1.</summary>
    void Settle(SimShot shot, double actual);
}
