using RenderFarm.Benchmarks.Processes;
using RenderFarm.Broker.Dispatch.Policy;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>
/// A farm on virtual time: jobs arrive, workers render, a rule says who begins what. Events happen
/// in order of time and then of their making, so a run is the same every time.
/// </summary>
internal sealed class FarmRun
{
    private const double TickSeconds = 10;
    private readonly IDispatchRule rule;
    private readonly RunMeter meter;
    private readonly PriorityQueue<Happening, (double Time, long Number)> events = new();
    private readonly SimWorker[] workers;
    private readonly IdleWorkers idle = new();
    private readonly Dictionary<SimShot, SimWorker> alone = [];
    private readonly Dictionary<SimShot, (SimWorker First, SimWorker Second)> doubled = [];
    private long lastNumber;
    private bool ticks;
    private double now;

    public FarmRun(
        IReadOnlyList<WorkerKind> kinds, IDispatchRule rule, RunMeter meter, long seed)
    {
        this.rule = rule;
        this.meter = meter;
        var chance = new Chance(seed);
        workers = [.. kinds.SelectMany(kind => Enumerable.Repeat(kind, kind.Count))
            .Select((kind, index) => new SimWorker(
                index, kind, kind.Speed * (0.96 + (0.08 * chance.Unit()))))];
        foreach (var worker in workers)
        {
            worker.Seen = idle.SeenAs(worker.Kind, model: null);
            idle.Add(worker);
            rule.Free(worker.Seen, now: 0);
        }
    }

    /// <summary>Every worker.</summary>
    public IReadOnlyList<SimWorker> Workers => workers;

    /// <summary>Runs until every job is done.</summary>
    public void Run(IEnumerable<SimJob> jobs)
    {
        foreach (var job in jobs)
        {
            Plan(job.ArrivesAt, new Happening(job, null, 0));
        }

        while (events.TryDequeue(out var what, out var place))
        {
            now = place.Time;
            meter.Pass(now);
            switch (what)
            {
                case { Job: { } job }:
                    Arrive(job);
                    break;
                case { Worker: { } worker } when worker.Version == what.Version:
                    End(worker);
                    break;
                case { Worker: null }:
                    ticks = false;
                    Speculate();
                    break;
                default:
                    continue;
            }

            Offer();
            if (!idle.IsEmpty && !ticks && (rule.ReadyCount > 0 || alone.Count > 0))
            {
                ticks = true;
                Plan(now + TickSeconds, new Happening(null, null, 0));
            }
        }
    }

    private void Plan(double time, Happening what) =>
        events.Enqueue(what, (time, ++lastNumber));

    private void Arrive(SimJob job)
    {
        rule.Arrive(job);
        meter.Arrived(job, now);
        foreach (var shot in job.Shots)
        {
            if (shot.UnmetCount == 0)
            {
                MakeReady(shot);
            }
        }
    }

    private void MakeReady(SimShot shot)
    {
        shot.ReadyAt = now;
        meter.BecameReady(shot);
        rule.Ready(shot, now);
    }

    /// <summary>
    /// Asks for every kind of idle worker, the fastest first, until nobody starts.
    /// </summary>
    private void Offer()
    {
        if (idle.IsEmpty || rule.ReadyCount == 0)
        {
            return;
        }

        foreach (var group in idle.Groups)
        {
            while (group.Count > 0 && rule.ReadyCount > 0
                && rule.Choose(group.Seen, now) is { } shot)
            {
                meter.Began(shot, now);
                Begin(group.Take(), shot, isSecond: false);
            }
        }
    }

    private void Begin(SimWorker worker, SimShot shot, bool isSecond)
    {
        var load = worker.Seen.Has(shot.Model) ? 0 : shot.Model.LoadSeconds;
        if (load > 0)
        {
            meter.Reloaded(shot, load, isFirst: worker.Seen.Loaded.Count == 0);
            worker.Seen = idle.SeenAs(worker.Kind, shot.Model.Name);
        }

        var cost = shot.Cost * (isSecond ? 1 : shot.Slowness);
        (worker.Shot, worker.IsSecond) = (shot, isSecond);
        (worker.BeganAt, worker.LoadedAt) = (now, now + load);
        worker.EndsAt = worker.LoadedAt + (cost / worker.Speed);
        worker.Version++;
        if (!isSecond)
        {
            alone.Add(shot, worker);
        }

        Plan(worker.EndsAt, new Happening(null, worker, worker.Version));
    }

    private void End(SimWorker worker)
    {
        var shot = worker.Shot!;
        alone.Remove(shot);
        if (doubled.Remove(shot, out var both))
        {
            var other = both.First == worker ? both.Second : both.First;
            meter.Wasted((now - other.BeganAt) * other.Speed);
            Release(other);
        }

        Release(worker);
        meter.Served(shot, worker, now);
        (shot.IsDone, shot.Job.LeftCount) = (true, shot.Job.LeftCount - 1);
        if (shot.Job.LeftCount == 0)
        {
            shot.Job.DoneAt = now;
            meter.Done(shot.Job, now);
        }

        rule.Settle(shot, (now - worker.LoadedAt) * worker.Kind.Speed);
        foreach (var next in shot.Dependents)
        {
            if (--next.UnmetCount == 0)
            {
                MakeReady(next);
            }
        }
    }

    private void Release(SimWorker worker)
    {
        worker.Shot = null;
        worker.Version++;
        idle.Add(worker);
        rule.Free(worker.Seen, now);
    }

    private void Speculate()
    {
        if (idle.IsEmpty)
        {
            return;
        }

        var running = alone.Values.ToDictionary(See);
        foreach (var group in idle.Groups)
        {
            while (group.Count > 0 && rule.MaySpeculate(group.Seen, now)
                && Speculation.Choose(running.Keys, group.Seen, Clock.At(now)) is { } behind)
            {
                running.Remove(behind, out var first);
                var (shot, worker) = (first!.Shot!, group.Take());
                rule.Taken(worker.Seen);
                alone.Remove(shot);
                doubled.Add(shot, (first, worker));
                meter.Doubled();
                Begin(worker, shot, isSecond: true);
            }
        }
    }

    private static RunningAttempt See(SimWorker worker) => new()
    {
        Shot = worker.Shot!.Seen!,
        StartedAt = Clock.At(worker.BeganAt),
        ExpectedSeconds = worker.LoadedAt - worker.BeganAt
            + (worker.Shot.Estimate / worker.Kind.Speed),
        JobLeftCount = worker.Shot.Job.LeftCount,
        JobShotCount = worker.Shot.Job.Shots.Length,
    };

    /// <summary>
    /// A job that arrives, a worker whose attempt ends, or neither: time has passed.
    /// </summary>
    private sealed record Happening(SimJob? Job, SimWorker? Worker, int Version);
}
