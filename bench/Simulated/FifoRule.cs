using RenderFarm.Broker.Dispatch.Policy;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>First come, first served: what most queues do.</summary>
internal sealed class FifoRule : IDispatchRule
{
    private readonly Dictionary<string, Queue<(long Place, SimShot Shot)>> byModel = [];
    private long last;

    public string Name => "FIFO";

    public int ReadyCount { get; private set; }

    public bool MaySpeculate(AskingWorker worker, double now) => false;

    public void Arrive(SimJob job)
    {
    }

    public void Ready(SimShot shot, double now)
    {
        if (!byModel.TryGetValue(shot.Model.Name, out var line))
        {
            byModel.Add(shot.Model.Name, line = new());
        }

        line.Enqueue((++last, shot));
        ReadyCount++;
    }

    public void Free(AskingWorker worker, double now)
    {
    }

    public void Taken(AskingWorker worker)
    {
    }

    public SimShot? Choose(AskingWorker worker, double now)
    {
        Queue<(long Place, SimShot Shot)>? first = null;
        foreach (var line in byModel.Values)
        {
            if (line.TryPeek(out var head) && worker.CanServe(head.Shot.Model)
                && (first is null || head.Place < first.Peek().Place))
            {
                first = line;
            }
        }

        if (first is null)
        {
            return null;
        }

        ReadyCount--;
        return first.Dequeue().Shot;
    }

    public void Settle(SimShot shot, double actual)
    {
    }
}
