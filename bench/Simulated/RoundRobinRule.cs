using RenderFarm.Broker.Dispatch.Policy;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>Tenants in turn, each first come, first served.</summary>
internal sealed class RoundRobinRule(IReadOnlyList<SimTenant> tenants) : IDispatchRule
{
    private readonly Dictionary<string, FifoRule> lines =
        tenants.ToDictionary(tenant => tenant.Id, _ => new FifoRule());

    private int turn;

    public string Name => "round-robin";

    public int ReadyCount { get; private set; }

    public bool MaySpeculate(AskingWorker worker, double now) => false;

    public void Arrive(SimJob job)
    {
    }

    public void Ready(SimShot shot, double now)
    {
        lines[shot.Job.Tenant.Id].Ready(shot, now);
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
        for (var i = 0; i < tenants.Count; i++)
        {
            turn = (turn + 1) % tenants.Count;
            if (lines[tenants[turn].Id].Choose(worker, now) is { } shot)
            {
                ReadyCount--;
                return shot;
            }
        }

        return null;
    }

    public void Settle(SimShot shot, double actual)
    {
    }
}
