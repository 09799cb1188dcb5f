using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>
/// Every shot that could be begun now, and who is first: class, then fair share between tenants,
/// then the job closest to done, then the critical path; with a bound for the models that workers
/// have loaded. The same calls give the same answers: it has no clock, no chance and no store. One
/// thread at a time.
/// </summary>
internal sealed class ReadyBoard(
    PolicySettings settings, Func<string, TenantTerms>? termsOf = null)
{
    private readonly ClassLine[] classes =
        [.. Enum.GetValues<JobPriority>().Order().Select(c => new ClassLine(c))];

    private readonly Dictionary<string, WaitingJob> jobs = [];
    private readonly AskRates rates = new();
    private readonly Headroom headroom = new(settings);
    private readonly List<string> leftOut = [];

    /// <summary>Ready shots of all classes.</summary>
    public int ReadyCount => classes.Sum(line => line.ReadyCount);

    /// <summary>Puts a job on the board, or what is known of it now.</summary>
    public void Put(JobTerms terms)
    {
        if (!jobs.TryGetValue(terms.JobId, out var job))
        {
            jobs.Add(terms.JobId, new WaitingJob(terms));
            return;
        }

        var (line, tenant) = LineOf(job);
        var models = job.Models.ToList();
        models.ForEach(model => line.Remove(tenant, job, model.Name));
        job.Become(terms);
        models.ForEach(model => line.Add(tenant, job, model));
    }

    /// <summary>Puts a shot of a job that is on the board.</summary>
    public void Put(ReadyShot shot)
    {
        var job = jobs[shot.JobId];
        var (line, tenant) = LineOf(job);
        line.Welcome(tenant);
        if (!job.Add(shot))
        {
            // Its first shot may be another one now, for which the budget reaches.
            line.Remove(tenant, job, shot.Model.Name);
        }

        line.Add(tenant, job, shot.Model);
        line.Count(shot.Model.Name, 1);
        line.NoteCost(shot.Cost);
        if (line.Class == JobPriority.Interactive)
        {
            headroom.Note(shot.Model, shot.ReadyAt);
        }
    }

    /// <summary>
    /// Takes a shot off that somebody else began, or that is to be begun no more.
    /// </summary>
    public void Remove(ReadyShot shot)
    {
        var job = jobs[shot.JobId];
        var (line, tenant) = LineOf(job);
        line.Remove(tenant, job, shot.Model.Name);
        if (!job.Remove(shot))
        {
            line.Add(tenant, job, shot.Model);
        }

        line.Count(shot.Model.Name, -1);
    }

    /// <summary>Takes a job's ready shots off; what is on workers is still to be settled.</summary>
    public void Forget(string jobId)
    {
        if (!jobs.TryGetValue(jobId, out var job))
        {
            return;
        }

        var (line, tenant) = LineOf(job);
        foreach (var model in job.Models.ToList())
        {
            line.Remove(tenant, job, model.Name);
            line.Count(model.Name, -job.Count(model.Name));
        }

        job.Clear();
        if (job.Running == 0)
        {
            jobs.Remove(jobId);
        }
    }

    /// <summary>
    /// Takes what tenants have had so far; before anything is put on the board.
    /// </summary>
    public void Open(FairBook book)
    {
        foreach (var line in classes)
        {
            var kept = book.Of(line.Class);
            (line.VirtualTime, line.Owed) = (kept.VirtualTime, kept.Owed);
            foreach (var (tenantId, virtualTime) in kept.Tenants)
            {
                var tenant = Of(line, tenantId);
                tenant.VirtualTime = virtualTime;
                tenant.KeepsPlace = kept.Waiting.Contains(tenantId);
            }
        }
    }

    /// <summary>What tenants have had, to be opened again.</summary>
    public FairBook Close() => new()
    {
        Classes = classes.ToDictionary(line => line.Class, line => line.Close()),
    };

    /// <summary>Notes that a worker came free: shots may wait for others of its kind.</summary>
    public void NoteFree(AskingWorker worker, DateTimeOffset now) =>
        rates.NoteFree(worker, now);

    /// <summary>Notes that a worker that was free is not any more.</summary>
    public void NoteTaken(AskingWorker worker) => rates.NoteTaken(worker);

    /// <summary>Whether a free worker is kept for people who are about to come.</summary>
    public bool Keeps(AskingWorker worker, DateTimeOffset now) =>
        headroom.Keeps(worker, rates, now);

    /// <summary>
    /// The shot that a worker shall begin, which then is off the board and charged to its tenant;
    /// null when it shall stay idle.
    /// </summary>
    public ReadyShot? Choose(AskingWorker worker, DateTimeOffset now)
    {
        foreach (var line in classes)
        {
            if (line.Owed > 0 && line.Owed >= line.UsualCost
                && ChooseIn(line, worker, now) is { } owed)
            {
                line.Owed -= owed.Cost;
                return owed;
            }
        }

        foreach (var line in classes)
        {
            if (line.Class != JobPriority.Interactive && Keeps(worker, now))
            {
                return null;
            }

            if (ChooseIn(line, worker, now) is { } shot)
            {
                ClassFloors.Note(classes, line, shot.Cost);
                return shot;
            }
        }

        return null;
    }

    /// <summary>An attempt ended: charges what it took in place of what was expected.</summary>
    /// <param name="shot">The shot.</param>
    /// <param name="actual">GPU-seconds it took, at speed 1; 0 where nobody is charged.</param>
    /// <param name="isDone">Whether its clip is there; else it is put on the board again.</param>
    public void Settle(ReadyShot shot, double actual, bool isDone)
    {
        var job = jobs[shot.JobId];
        var (_, tenant) = LineOf(job);
        tenant.VirtualTime += (actual - shot.Cost) / tenant.Terms.Weight;
        tenant.Running--;
        job.Running--;
        job.InFlight = job.Running == 0 ? 0 : job.InFlight - shot.Cost;
        if (job.IsForgotten && job.Running == 0)
        {
            jobs.Remove(shot.JobId);
            return;
        }

        Put(job.Terms with
        {
            Left = isDone ? Math.Max(0, job.Terms.Left - shot.Cost) : job.Terms.Left,
            Budget = job.Terms.Budget is { } budget ? budget - actual : null,
        });
    }

    private ReadyShot? ChooseIn(ClassLine line, AskingWorker worker, DateTimeOffset now)
    {
        leftOut.Clear();
        while (FairShare.Choose(line, worker, leftOut, settings) is { } tenant)
        {
            var model = tenant.Choose(worker, leftOut, PolicySettings.ReloadShareOf(line.Class));
            var shot = model.First.First(model.Model.Name);
            var queue = (line.CountOf(model.Model.Name), CountUpTo(line));
            if (!Placement.IsBetterElsewhere(shot, worker, queue, rates, settings, now))
            {
                tenant.PassOver(
                    model,
                    worker,
                    shot.Cost,
                    line.Class == JobPriority.Batch ? rates : null);
                Begin(line, tenant, model.First, shot);
                return shot;
            }

            leftOut.Add(model.Model.Name);
        }

        return null;
    }

    private static void Begin(ClassLine line, TenantLine tenant, WaitingJob job, ReadyShot shot)
    {
        tenant.VirtualTime += shot.Cost / tenant.Terms.Weight;
        tenant.Running++;
        job.Running++;

        // Out of every line before it changes, since its budget decides where it stands.
        var models = job.Models.ToList();
        models.ForEach(model => line.Remove(tenant, job, model.Name));
        job.InFlight += shot.Cost;
        job.Remove(shot);
        foreach (var model in job.Models)
        {
            line.Add(tenant, job, model);
        }

        line.Count(shot.Model.Name, -1);
    }

    private int CountUpTo(ClassLine line)
    {
        var count = 0;
        for (var i = 0; i <= (int)line.Class; i++)
        {
            count += classes[i].ReadyCount;
        }

        return count;
    }

    private (ClassLine Line, TenantLine Tenant) LineOf(WaitingJob job)
    {
        var line = classes[(int)job.Terms.Class];
        return (line, Of(line, job.Terms.TenantId));
    }

    private TenantLine Of(ClassLine line, string tenantId) =>
        line.Of(tenantId, termsOf?.Invoke(tenantId) ?? TenantTerms.Usual);
}
