namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>
/// Whose turn it is in a class: the tenant that has had least for its weight, or one that is hardly
/// ahead of it and whose model the worker has loaded.
/// </summary>
internal static class FairShare
{
    /// <summary>
    /// The tenant whose shot the worker shall have; null when there is none for it.
    /// </summary>
    public static TenantLine? Choose(
        ClassLine line,
        AskingWorker worker,
        IReadOnlyList<string> leftOut,
        PolicySettings settings)
    {
        TenantLine? first = null, loaded = null;
        foreach (var tenant in line.Waiting)
        {
            if (!tenant.MayRun)
            {
                continue;
            }

            if ((first is null || tenant.IsBefore(first))
                && tenant.HasFor(worker, leftOut, onlyLoaded: false))
            {
                first = tenant;
            }

            if ((loaded is null || tenant.IsBefore(loaded))
                && tenant.HasFor(worker, leftOut, onlyLoaded: true))
            {
                loaded = tenant;
            }
        }

        if (first is null)
        {
            return null;
        }

        line.VirtualTime = Math.Max(line.VirtualTime, first.VirtualTime);
        return loaded is not null
            && loaded.VirtualTime - first.VirtualTime <= settings.AffinitySlack
                ? loaded
                : first;
    }
}
