namespace RenderFarm.Benchmarks.Simulated;

/// <summary>
/// No order can be faster: what needs so much memory is shared by the workers that have it as if it
/// could be cut at will and no model were ever loaded, and no chain is faster than on the fastest.
/// </summary>
internal static class LowerBound
{
    /// <summary>Seconds that these jobs take at least when all are there at the start.</summary>
    public static double Of(IReadOnlyList<SimJob> jobs, IReadOnlyList<SimWorker> workers)
    {
        var shots = jobs.SelectMany(job => job.Shots).ToList();
        var bound = jobs.Max(LongestChain) / workers.Max(worker => worker.Speed);
        foreach (var least in shots.Select(shot => shot.Model.MemoryGib).Distinct())
        {
            var work = shots.Where(shot => shot.Model.MemoryGib >= least)
                .Sum(shot => shot.Cost);
            var speed = workers.Where(worker => worker.Kind.MemoryGib >= least)
                .Sum(worker => worker.Speed);
            bound = Math.Max(bound, work / speed);
        }

        return bound;
    }

    private static double LongestChain(SimJob job)
    {
        var chains = new double[job.Shots.Length];
        for (var i = 0; i < chains.Length; i++)
        {
            chains[i] = job.Shots[i].Cost
                + job.Shots[i].Needs.Select(need => chains[need]).DefaultIfEmpty(0).Max();
        }

        return chains.Max();
    }
}
