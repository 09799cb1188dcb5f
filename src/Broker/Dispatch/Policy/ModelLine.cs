namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>The jobs of one tenant and class with ready shots of one model, in order.</summary>
internal sealed class ModelLine(ModelNeed model)
{
    private readonly SortedSet<WaitingJob> jobs = new(WaitingJob.Order);

    /// <summary>
    /// Jobs whose budget does not reach for their next shot while others are out.
    /// </summary>
    private readonly HashSet<WaitingJob> parked = [];

    /// <summary>The model.</summary>
    public ModelNeed Model => model;

    /// <summary>
    /// GPU-seconds that went to other models since, though the first job here was before theirs.
    /// </summary>
    public double PassedOver { get; set; }

    /// <summary>True when there is a shot to be had.</summary>
    public bool HasWork => jobs.Count > 0;

    /// <summary>The first job. Only where there is work.</summary>
    public WaitingJob First => jobs.Min!;

    /// <summary>True when no job is here, not even a parked one.</summary>
    public bool IsEmpty => jobs.Count == 0 && parked.Count == 0;

    /// <summary>Puts a job in, or aside where its next shot is beyond its budget.</summary>
    public void Add(WaitingJob job)
    {
        if (job.CanAfford(job.First(model.Name)))
        {
            jobs.Add(job);
        }
        else
        {
            parked.Add(job);
        }
    }

    /// <summary>Takes a job out.</summary>
    public void Remove(WaitingJob job)
    {
        if (!jobs.Remove(job))
        {
            parked.Remove(job);
        }
    }
}
