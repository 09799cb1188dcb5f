using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>Counts what happens in a run.</summary>
internal sealed class RunMeter
{
    private const double PictureSeconds = 60;
    private readonly List<SimJob> done = [];
    private readonly Dictionary<JobPriority, List<double>> queued = Enum.GetValues<JobPriority>()
        .ToDictionary(c => c, _ => new List<double>());

    private readonly int[] waiting = new int[3];
    private readonly int[] reloads = new int[3];
    private double nextPoint;

    public FairMeter Fairness { get; } = new();

    /// <summary>Every job that is done.</summary>
    public IReadOnlyList<SimJob> DoneJobs => done;

    /// <summary>How many jobs of each class wait or are rendered, every minute.</summary>
    public List<(double Time, int[] Waiting)> Points { get; } = [];

    public int MostWaiting { get; private set; }

    public double Makespan { get; private set; }

    public int ReloadCount { get; private set; }

    /// <summary>The same by class of the shot that wanted another model.</summary>
    public IReadOnlyList<int> Reloads => reloads;

    public double ReloadSeconds { get; private set; }

    public int DoubleCount { get; private set; }

    public double WastedWork { get; private set; }

    public double Work { get; private set; }

    /// <summary>Shots that were begun.</summary>
    public int BegunCount { get; private set; }

    public void Pass(double now)
    {
        Fairness.Pass(now);
        while (nextPoint <= now)
        {
            Points.Add((nextPoint, [.. waiting]));
            nextPoint += PictureSeconds;
        }
    }

    public void Arrived(SimJob job, double now)
    {
        waiting[(int)job.Class]++;
        MostWaiting = Math.Max(MostWaiting, waiting.Sum());
        Fairness.Arrived(job);
    }

    public void BecameReady(SimShot shot) => Fairness.Count(shot.Job, 1);

    public void Began(SimShot shot, double now)
    {
        BegunCount++;
        shot.BeganAt = now;
        queued[shot.Job.Class].Add(now - shot.ReadyAt);
        Fairness.Count(shot.Job, -1);
    }

    public void Reloaded(SimShot shot, double seconds, bool isFirst)
    {
        ReloadCount += isFirst ? 0 : 1;
        reloads[(int)shot.Job.Class] += isFirst ? 0 : 1;
        ReloadSeconds += seconds;
    }

    public void Doubled() => DoubleCount++;

    public void Wasted(double work) => WastedWork += work;

    public void Served(SimShot shot, SimWorker worker, double now)
    {
        Work += (now - worker.LoadedAt) * worker.Speed;
        Fairness.Served(shot.Job, worker.LoadedAt, now, worker.Speed);
    }

    public void Done(SimJob job, double now)
    {
        waiting[(int)job.Class]--;
        Makespan = now;
        done.Add(job);
    }

    /// <summary>From ready to begun.</summary>
    public double Queued(JobPriority ofClass, double part) => Part(queued[ofClass], part);

    /// <summary>From arrival to done, of jobs that arrived between two moments.</summary>
    public double Waited(JobPriority ofClass, double part, Func<SimJob, bool> which) =>
        Part(
            [.. done.Where(job => job.Class == ofClass && which(job))
                .Select(job => job.DoneAt - job.ArrivesAt)],
            part);

    private static double Part(List<double> times, double part)
    {
        if (times.Count == 0)
        {
            return 0;
        }

        times.Sort();
        return times[Math.Min(times.Count - 1, (int)(part * times.Count))];
    }
}
