using RenderFarm.Broker.Planning;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Broker.State;

/// <summary>How a job begins. Pure: spec and clips in, states and messages out.</summary>
internal static class JobOpening
{
    private const string Lost =
        "it ended without a clip; why is forgotten with the states that the farm lost";

    /// <summary>Makes the states of a job whose spec is written.</summary>
    /// <param name="spec">The accepted spec.</param>
    /// <param name="clips">Accepted clips by render key, of those that exist already.</param>
    /// <param name="faults">What preflight says to the client.</param>
    /// <param name="now">The moment at which shots become ready.</param>
    /// <param name="isCut">
    /// True when the cut is written already: a shot that has no clip in it never gets one.
    /// </param>
    /// <param name="perWork">GPU time for a unit of work, by history; zero without any.</param>
    /// <param name="lastSequence">
    /// The number that the first event comes after: above any that clients can have seen.
    /// </param>
    public static Ruling Open(
        JobSpec spec,
        IReadOnlyDictionary<string, Clip> clips,
        IReadOnlyList<Fault> faults,
        DateTimeOffset now,
        long lastSequence = 0,
        bool isCut = false,
        TimeSpan perWork = default)
    {
        var queue = FarmQueues.Render(spec.Model, spec.ModelDigest, spec.NumericsProfile);
        var upstream = Upstream(spec);
        var dependents = Dependents(upstream);
        var depths = Depths(upstream, dependents);
        var shots = new ShotState[spec.Shots.Count];
        for (var index = 0; index < shots.Length; index++)
        {
            var planned = spec.Shots[index];
            var clip = clips.GetValueOrDefault(planned.Task.RenderKey);
            var unmetCount = upstream[index]
                .Count(i => !clips.ContainsKey(spec.Shots[i].Task.RenderKey));
            shots[index] = new ShotState
            {
                JobId = spec.JobId,
                ShotIndex = index,
                ShotId = planned.ShotId,
                RenderKey = planned.Task.RenderKey,
                Queue = queue,
                Status = clip is not null ? ShotStatus.Rendered
                    : isCut ? ShotStatus.Failed
                    : unmetCount > 0 ? ShotStatus.Waiting : ShotStatus.Ready,
                Reason = clip is null && isCut ? Lost : null,
                UnmetCount = unmetCount,
                Dependents = dependents[index],
                PayingTenant = spec.PayingTenant ?? spec.TenantId,
                Work = ShotWork.Of(planned.Task),
                Footprint = ShotWork.FootprintOf(planned.Task),
                Depth = depths[index],
                ReadyAt = clip is null && unmetCount == 0 && !isCut ? now : null,
                Clip = clip,
                Cached = clip is not null,
                WorkerId = clip?.WorkerId,
            };
        }

        return Announce(spec, queue, shots, faults, lastSequence, perWork);
    }

    private static Ruling Announce(
        JobSpec spec,
        string queue,
        ShotState[] shots,
        IReadOnlyList<Fault> faults,
        long lastSequence,
        TimeSpan perWork)
    {
        var cached = shots.Where(s => s.Cached).ToList();
        var missingCount = shots.Count(s => s.Status == ShotStatus.Failed);
        var left = shots.Length - cached.Count - missingCount;
        var job = new JobState
        {
            JobId = spec.JobId,
            TenantId = spec.TenantId,
            Title = spec.Title,
            Priority = spec.Priority,
            OnFailedShot = spec.OnFailedShot,
            Status = JobStatus.Rendering,
            AcceptedAt = spec.AcceptedAt,
            Queue = queue,
            ShotCount = shots.Length,
            FrameCount = spec.FrameCount,
            LeftCount = left,
            CachedCount = cached.Count,
            MissingCount = missingCount,
            PayingTenant = spec.PayingTenant,
            Budget = spec.Budget,
            ChainLength = 1 + shots.Max(shot => shot.Depth),
            Work = shots.Sum(shot => shot.Work),
            EstimatedGpuTime = perWork * shots.Sum(shot => shot.Work),
            GpuTime = cached.Aggregate(
                TimeSpan.Zero, (sum, shot) => sum + TakenFrom(spec, shot.Clip!)),
            Sequence = lastSequence,
        };
        var messages = new List<Outgoing>(cached.Count + 1);
        (job, var accepted) = Outgoing.Event(job, new JobAccepted
        {
            JobId = job.JobId,
            ShotCount = job.ShotCount,
            CachedShotCount = job.CachedCount,
            FrameCount = job.FrameCount,
            Faults = faults,
        });
        messages.Add(accepted);
        foreach (var shot in cached)
        {
            (job, var rendered) = Outgoing.Event(job, new ShotRendered
            {
                JobId = job.JobId,
                ShotId = shot.ShotId,
                RenderKey = shot.RenderKey,
                ClipKey = shot.Clip!.ObjectKey,
                Cached = true,
                TakeIndex = shot.Clip.TakeIndex,
                Score = shot.Clip.Score,
                LeftCount = left,
            });
            messages.Add(rendered);
        }

        return new Ruling
        {
            Verdict = Verdict.Applied,
            Job = job,
            Shots = shots,
            Outgoing = messages,
        };
    }

    /// <summary>
    /// What a clip took of the job's budget, when its state is made anew: an attempt's name says
    /// when it was begun, and one that was begun after the job is taken for the job's.
    /// </summary>
    private static TimeSpan TakenFrom(JobSpec spec, Clip clip) =>
        spec.Budget is not null && Guid.TryParse(clip.AttemptId, out var id) && id.Version == 7
            && MomentOf(id) >= spec.AcceptedAt
                ? clip.Rendering
                : TimeSpan.Zero;

    /// <summary>The first 48 bits of a UUIDv7 are milliseconds.</summary>
    private static DateTimeOffset MomentOf(Guid id) => DateTimeOffset.FromUnixTimeMilliseconds(
        long.Parse(
            id.ToString("N").AsSpan(0, 12),
            System.Globalization.NumberStyles.HexNumber,
            System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>
    /// What each shot waits for: the shots that it continues, or the first one of the same
    /// footage, whose clip then is its own, too. A key contains the keys of what it continues, so
    /// that this cannot close a circle.
    /// </summary>
    private static List<int>[] Upstream(JobSpec spec)
    {
        var first = new Dictionary<string, int>();
        return [.. spec.Shots.Select((planned, index) =>
            first.TryAdd(planned.Task.RenderKey, index)
                ? planned.DependsOn.ToList()
                : [first[planned.Task.RenderKey]])];
    }

    private static List<int>[] Dependents(List<int>[] upstream)
    {
        var dependents = upstream.Select(_ => new List<int>()).ToArray();
        for (var index = 0; index < dependents.Length; index++)
        {
            foreach (var other in upstream[index])
            {
                dependents[other].Add(index);
            }
        }

        return dependents;
    }

    /// <summary>The longest chain below every shot, found from the chains' ends upward.</summary>
    private static int[] Depths(List<int>[] upstream, List<int>[] dependents)
    {
        var depths = new int[dependents.Length];
        var open = dependents.Select(d => d.Count).ToArray();
        var ends = new Queue<int>(Enumerable.Range(0, open.Length).Where(i => open[i] == 0));
        while (ends.TryDequeue(out var index))
        {
            foreach (var other in upstream[index])
            {
                depths[other] = Math.Max(depths[other], depths[index] + 1);
                if (--open[other] == 0)
                {
                    ends.Enqueue(other);
                }
            }
        }

        return depths;
    }
}
