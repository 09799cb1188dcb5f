using RenderFarm.Broker.Dispatch.Policy;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>How many decisions the policy makes a second on one core.</summary>
internal static class DecisionSpeed
{
    private const int BusyCount = 1000;

    /// <summary>
    /// Decisions in a second of a core's time, each with all that belongs to it: a worker comes
    /// free, its shot is settled, another shot becomes ready, and the worker gets the next one.
    /// </summary>
    /// <param name="tenantCount">Tenants with work.</param>
    /// <param name="readyCount">Shots that are ready all the time.</param>
    /// <param name="decisionCount">How many to make.</param>
    public static double Measure(int tenantCount, int readyCount, int decisionCount)
    {
        var tenants = Fleet.Tenants(tenantCount);
        // Nobody is kept waiting or free, so every decision gives a shot.
        var rule = new PolicyRule(
            tenants, new PolicySettings { Patience = 0, HeadroomSeconds = 0 });
        var films = new Films(seed: 7);
        var spare = new Queue<SimShot>();
        void Add()
        {
            var film = films.Film(
                tenants[films.Chance.Below(tenantCount)], Class(films), arrivesAt: 0, 40);
            rule.Arrive(film);
            foreach (var shot in film.Shots)
            {
                spare.Enqueue(shot);
            }
        }

        SimShot Next()
        {
            if (spare.Count == 0)
            {
                Add();
            }

            return spare.Dequeue();
        }

        while (rule.ReadyCount < readyCount)
        {
            rule.Ready(Next(), now: 0);
        }

        var idle = new IdleWorkers();
        var kinds = Fleet.Workers();
        var running = new Queue<(SimShot Shot, AskingWorker Worker)>();
        for (var i = 0; i < BusyCount; i++)
        {
            var worker = idle.SeenAs(kinds[i % kinds.Count], Fleet.Sketch.Name);
            rule.Free(worker, now: 0);
            running.Enqueue((rule.Choose(worker, now: 0)!, worker));
        }

        var start = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < decisionCount; i++)
        {
            var now = i * 0.1;
            var (shot, worker) = running.Dequeue();
            worker = idle.SeenAs(
                kinds.First(k => k.Speed == worker.Speed && k.MemoryGib == worker.MemoryGib),
                shot.Model.Name);
            shot.Job.LeftCount--;
            rule.Free(worker, now);
            rule.Settle(shot, shot.Cost);
            rule.Ready(Next(), now);
            running.Enqueue((rule.Choose(worker, now)!, worker));
        }

        return decisionCount / (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    private static Contracts.Jobs.JobPriority Class(Films films) =>
        (Contracts.Jobs.JobPriority)films.Chance.Below(3);
}
