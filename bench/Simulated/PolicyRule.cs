using RenderFarm.Broker.Dispatch.Policy;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>The farm's own policy: the same code that the Broker runs.</summary>
internal sealed class PolicyRule(IReadOnlyList<SimTenant> tenants, PolicySettings? settings = null)
    : IDispatchRule
{
    private readonly ReadyBoard board = CreateBoard(tenants, settings ?? new PolicySettings());
    private readonly Dictionary<(string, int), SimShot> shots = [];

    public string Name => "RenderFarm";

    public int ReadyCount => shots.Count;

    public bool MaySpeculate(AskingWorker worker, double now) =>
        !board.Keeps(worker, Clock.At(now));

    public void Arrive(SimJob job) => board.Put(new JobTerms
    {
        JobId = job.Id,
        TenantId = job.Tenant.Id,
        Class = job.Class,
        AcceptedAt = Clock.At(job.ArrivesAt),
        Left = job.Shots.Sum(shot => shot.Estimate),
    });

    public void Ready(SimShot shot, double now)
    {
        shot.Seen = new ReadyShot
        {
            JobId = shot.Job.Id,
            ShotIndex = shot.Index,
            Model = shot.Model,
            Cost = shot.Estimate,
            ChainCost = shot.ChainEstimate,
            ReadyAt = Clock.At(now),
        };
        shots.Add((shot.Job.Id, shot.Index), shot);
        board.Put(shot.Seen);
    }

    public void Free(AskingWorker worker, double now) => board.NoteFree(worker, Clock.At(now));

    public void Taken(AskingWorker worker) => board.NoteTaken(worker);

    public SimShot? Choose(AskingWorker worker, double now)
    {
        if (board.Choose(worker, Clock.At(now)) is not { } chosen)
        {
            return null;
        }

        board.NoteTaken(worker);
        shots.Remove((chosen.JobId, chosen.ShotIndex), out var shot);
        return shot;
    }

    public void Settle(SimShot shot, double actual)
    {
        board.Settle(shot.Seen!, actual, isDone: true);
        if (shot.Job.LeftCount == 0)
        {
            board.Forget(shot.Job.Id);
        }
    }

    private static ReadyBoard CreateBoard(
        IReadOnlyList<SimTenant> tenants, PolicySettings settings)
    {
        var terms = tenants.ToDictionary(
            tenant => tenant.Id, tenant => new TenantTerms { Weight = tenant.Weight });
        return new ReadyBoard(settings, id => terms[id]);
    }
}
