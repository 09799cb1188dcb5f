using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>The tenants of one class.</summary>
internal sealed class ClassLine(JobPriority ofClass)
{
    private readonly Dictionary<string, TenantLine> tenants = [];
    private readonly List<TenantLine> waiting = [];
    private readonly Dictionary<string, int> readyByModel = [];

    /// <summary>The class.</summary>
    public JobPriority Class => ofClass;

    /// <summary>GPU-seconds that it is owed by better classes, by its floor.</summary>
    public double Owed { get; set; }

    /// <summary>
    /// What a shot of it usually costs: it is served out of turn once it is owed one.
    /// </summary>
    public double UsualCost { get; private set; }

    /// <summary>How far its tenants have come: a tenant that returns starts from here.</summary>
    public double VirtualTime { get; set; }

    /// <summary>Its ready shots.</summary>
    public int ReadyCount { get; private set; }

    /// <summary>Tenants with something ready.</summary>
    public IReadOnlyList<TenantLine> Waiting => waiting;

    /// <summary>Ready shots of a model.</summary>
    public int CountOf(string model) => readyByModel.GetValueOrDefault(model);

    /// <summary>A tenant, made up where it is new.</summary>
    public TenantLine Of(string tenantId, TenantTerms terms)
    {
        if (!tenants.TryGetValue(tenantId, out var tenant))
        {
            tenant = new TenantLine(tenantId, terms) { VirtualTime = VirtualTime };
            tenants.Add(tenantId, tenant);
        }

        return tenant;
    }

    /// <summary>Notes what a shot costs.</summary>
    public void NoteCost(double cost) =>
        UsualCost = UsualCost == 0 ? cost : (0.9 * UsualCost) + (0.1 * cost);

    /// <summary>Counts shots in or out.</summary>
    public void Count(string model, int change)
    {
        ReadyCount += change;
        readyByModel[model] = CountOf(model) + change;
    }

    /// <summary>A tenant that had nothing to do keeps no credit for that.</summary>
    public void Welcome(TenantLine tenant)
    {
        if (tenant.IsEmpty && tenant.Running == 0 && !tenant.KeepsPlace)
        {
            tenant.VirtualTime = Math.Max(tenant.VirtualTime, VirtualTime);
        }

        tenant.KeepsPlace = false;
    }

    /// <summary>What is to be kept of it.</summary>
    public FairClass Close() => new()
    {
        VirtualTime = VirtualTime,
        Owed = Owed,
        Tenants = tenants.ToDictionary(t => t.Key, t => t.Value.VirtualTime),
        Waiting = [.. waiting.Select(tenant => tenant.TenantId).Order(StringComparer.Ordinal)],
    };

    /// <summary>Puts a job into a model's line.</summary>
    public void Add(TenantLine tenant, WaitingJob job, ModelNeed model)
    {
        if (tenant.IsEmpty)
        {
            waiting.Add(tenant);
        }

        tenant.Add(job, model);
    }

    /// <summary>Takes a job out of a model's line.</summary>
    public void Remove(TenantLine tenant, WaitingJob job, string model)
    {
        tenant.Remove(job, model);
        if (tenant.IsEmpty)
        {
            waiting.Remove(tenant);
        }
    }
}
