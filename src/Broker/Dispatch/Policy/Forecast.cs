namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>
/// When a job will be rendered, by letting the backlog flow: better classes first but for the
/// floors, tenants by weight, the tenant's own jobs in order. A moment's forecast and no promise:
/// jobs that come later are not in it. Pure.
/// </summary>
internal static class Forecast
{
    /// <summary>Makes a forecast.</summary>
    /// <param name="view">The farm and who waits.</param>
    /// <param name="tenantId">Whose job it is.</param>
    /// <param name="ahead">GPU-seconds of the same tenant and class that come before it.</param>
    /// <param name="job">What the job needs.</param>
    public static JobForecast Of(QueueView view, string tenantId, double ahead, JobNeed job)
    {
        var shotCost = job.Work / Math.Max(1, job.ShotCount);
        var before = WorkBefore(view, tenantId, ahead);
        var position = 1 + (int)Math.Round(Math.Min(
            int.MaxValue / 2, before / Math.Max(shotCost, 1e-9)));
        return new JobForecast(
            position,
            Seconds(view, tenantId, ahead, job, spread: 1),
            Seconds(view, tenantId, ahead, job, job.Spread));
    }

    private static TimeSpan Seconds(
        QueueView view, string tenantId, double ahead, JobNeed job, double spread)
    {
        var speed = view.Capacity / Math.Max(1, view.WorkerCount);
        var shotCost = job.Work / Math.Max(1, job.ShotCount);

        // The more shots, the more of what each takes too long is made good by others.
        var shots = Math.Max(1, (ahead + job.Work) / Math.Max(shotCost, 1e-9));
        var overall = 1 + ((spread - 1) / Math.Sqrt(shots));
        var reached = Math.Max(0, ahead + job.Work - shotCost);
        var waited = SecondsUntil(view, WorkInClass(view, tenantId, reached)) * overall;
        var last = (view.HalfShot * (waited > 0 ? 1 : 0)) + (shotCost * spread / speed);
        var chain = job.ChainCost * (1 + ((spread - 1) / Math.Sqrt(Math.Max(1, job.ChainLength))))
            / speed;
        var start = SecondsUntil(view, WorkInClass(view, tenantId, ahead)) * overall;
        return TimeSpan.FromSeconds(Math.Max(waited + last, start + chain));
    }

    /// <summary>
    /// What a class is given until a tenant has had so much: everybody has had as much for its
    /// weight then, or all that it wants.
    /// </summary>
    private static double WorkInClass(QueueView view, string tenantId, double reached)
    {
        var weight = view.Backlogs.FirstOrDefault(b => b.TenantId == tenantId)?.Weight ?? 1;
        var level = reached / weight;
        return view.Backlogs.Sum(b => b.TenantId == tenantId
            ? reached
            : Math.Min(b.Work, level * b.Weight));
    }

    private static double WorkBefore(QueueView view, string tenantId, double ahead) =>
        WorkInClass(view, tenantId, ahead) + view.BetterWork;

    private static double SecondsUntil(QueueView view, double inClass)
    {
        if (inClass <= 0 && view.BetterWork <= 0)
        {
            return 0;
        }

        var meanwhile = view.Floor * view.BetterWork / (1 - view.Floor);
        return inClass <= meanwhile && view.Floor > 0
            ? inClass / (view.Floor * view.Capacity)
            : (view.BetterWork + inClass) / view.Capacity;
    }
}
