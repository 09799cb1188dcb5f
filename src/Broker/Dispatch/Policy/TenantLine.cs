namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>One tenant in one class: what it has ready, and what it has had.</summary>
internal sealed class TenantLine(string tenantId, TenantTerms terms)
{
    /// <summary>Few: a list is faster than a tree, and its order decides nothing.</summary>
    private readonly List<ModelLine> lines = [];

    /// <summary>Who.</summary>
    public string TenantId => tenantId;

    /// <summary>What it may have.</summary>
    public TenantTerms Terms { get; set; } = terms;

    /// <summary>
    /// GPU-seconds that it was given, over its weight, on a clock that skips its idle times.
    /// </summary>
    public double VirtualTime { get; set; }

    /// <summary>Its shots on workers.</summary>
    public int Running { get; set; }

    /// <summary>It waited when the board was closed, and goes on waiting.</summary>
    public bool KeepsPlace { get; set; }

    /// <summary>True when it has something to be had and may have it.</summary>
    public bool MayRun => Running < Terms.RunningLimit;

    /// <summary>True when nothing of it is ready.</summary>
    public bool IsEmpty => lines.Count == 0;

    /// <summary>Whether it comes before another tenant.</summary>
    public bool IsBefore(TenantLine other) =>
        VirtualTime != other.VirtualTime
            ? VirtualTime < other.VirtualTime
            : string.CompareOrdinal(tenantId, other.TenantId) < 0;

    /// <summary>Puts a job into a model's line.</summary>
    public void Add(WaitingJob job, ModelNeed model)
    {
        var line = lines.Find(l => l.Model.Name == model.Name);
        if (line is null)
        {
            line = new ModelLine(model);
            lines.Add(line);
        }

        line.Add(job);
    }

    /// <summary>Takes a job out of a model's line.</summary>
    public void Remove(WaitingJob job, string model)
    {
        var line = lines.Find(l => l.Model.Name == model)!;
        line.Remove(job);
        if (line.IsEmpty)
        {
            lines.Remove(line);
        }
    }

    /// <summary>Whether it has something for a worker, of models that are not left out.</summary>
    public bool HasFor(AskingWorker worker, IReadOnlyList<string> leftOut, bool onlyLoaded)
    {
        foreach (var line in lines)
        {
            if (line.HasWork && !leftOut.Contains(line.Model.Name)
                && (onlyLoaded ? worker.Has(line.Model) : worker.CanServe(line.Model)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Which model the worker shall go on with: what it has loaded, unless another one was passed
    /// over for long enough; where it must load, what fits the fewest workers.
    /// </summary>
    public ModelLine Choose(
        AskingWorker worker, IReadOnlyList<string> leftOut, double reloadShare)
    {
        ModelLine? loaded = null, due = null, other = null;
        foreach (var line in lines)
        {
            if (!line.HasWork || leftOut.Contains(line.Model.Name)
                || !worker.CanServe(line.Model))
            {
                continue;
            }

            if (worker.Has(line.Model))
            {
                loaded = loaded is null || IsBefore(line, loaded) ? line : loaded;
                continue;
            }

            other = other is null || IsScarcer(line, other) ? line : other;
            if (line.PassedOver * reloadShare >= line.Model.LoadSeconds
                && (due is null || line.PassedOver > due.PassedOver))
            {
                due = line;
            }
        }

        return due ?? loaded ?? other!;
    }

    /// <summary>Notes for the models that were before this one that it was chosen.</summary>
    /// <param name="chosen">The one.</param>
    /// <param name="worker">Who begins with it.</param>
    /// <param name="cost">What it is given.</param>
    /// <param name="rates">
    /// Set where what few workers can do goes before anything else: then these do it while there
    /// are others for the rest, and do not begin with it when the rest is done.
    /// </param>
    public void PassOver(ModelLine chosen, AskingWorker worker, double cost, AskRates? rates)
    {
        chosen.PassedOver = 0;
        foreach (var line in lines)
        {
            if (line == chosen || !line.HasWork || !worker.CanServe(line.Model))
            {
                continue;
            }

            var scarcer = rates is null
                ? 0
                : rates.LeastMemoryFor(line.Model).CompareTo(rates.LeastMemoryFor(chosen.Model));
            if (scarcer > 0 || (scarcer == 0 && IsBefore(line, chosen)))
            {
                line.PassedOver += cost;
            }
        }
    }

    private static bool IsBefore(ModelLine one, ModelLine other) =>
        WaitingJob.Order.Compare(one.First, other.First) < 0;

    private static bool IsScarcer(ModelLine one, ModelLine other) =>
        one.Model.MemoryGib != other.Model.MemoryGib
            ? one.Model.MemoryGib > other.Model.MemoryGib
            : IsBefore(one, other);
}
