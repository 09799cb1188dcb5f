using System.Globalization;
using RenderFarm.Broker.Planning;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Tests.State;

/// <summary>Small jobs, shots and clips to test with.</summary>
internal static class Films
{
    public const string Tenant = "studio";

    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public static readonly string Queue = $"render.flipbook.{new string('d', 12)}.cpu-fp32";

    public static readonly RuleLimits Limits = new();

    /// <summary>
    /// A job of as many shots as there are lists; each lists the shots that it continues.
    /// </summary>
    public static JobSpec Spec(string jobId, params int[][] dependsOn) => new()
    {
        JobId = jobId,
        TenantId = Tenant,
        Priority = JobPriority.Normal,
        AcceptedAt = Noon,
        Model = "flipbook",
        ModelDigest = new string('d', 64),
        NumericsProfile = "cpu-fp32",
        Size = new FrameSize(160, 96),
        FrameRate = new FrameRate(8, 1),
        FrameCount = 17 * dependsOn.Length,
        Codec = ReelCodec.H264,
        RequestSha256 = new string('e', 64),
        Shots = [.. dependsOn.Select((upstream, index) => Plan(jobId, index, upstream))],
    };

    /// <summary>A job of shots that do not continue each other.</summary>
    public static JobSpec Flat(string jobId, int shotCount) =>
        Spec(jobId, [.. Enumerable.Range(0, shotCount).Select(_ => Array.Empty<int>())]);

    public static string RenderKey(string jobId, int shotIndex) =>
        $"key-{jobId}-{shotIndex.ToString(CultureInfo.InvariantCulture)}";

    public static Clip Clip(string renderKey, string attemptId) => new()
    {
        RenderKey = renderKey,
        AttemptId = attemptId,
        ObjectKey = $"t/{Tenant}/clips/{renderKey}/{attemptId}.mp4",
        LastFrameKey = $"t/{Tenant}/clips/{renderKey}/{attemptId}.last.png",
        TakeIndex = 2,
        Score = 0.75,
        Sha256 = new string('a', 64),
        ByteCount = 1000,
        FrameCount = 17,
        Size = new FrameSize(160, 96),
        FrameRate = new FrameRate(8, 1),
        WorkerId = "worker-1",
        Rendering = TimeSpan.FromSeconds(3),
        Encoding = TimeSpan.FromSeconds(1),
        Uploading = TimeSpan.FromSeconds(0.5),
    };

    /// <summary>A job with one shot left to do.</summary>
    public static JobState Job(JobStatus status = JobStatus.Rendering, int leftCount = 1) => new()
    {
        JobId = "job-1",
        TenantId = Tenant,
        Priority = JobPriority.Normal,
        Status = status,
        AcceptedAt = Noon,
        Queue = Queue,
        ShotCount = 2,
        FrameCount = 34,
        LeftCount = leftCount,
        CachedCount = 0,
        StitchAskedAt = status == JobStatus.Stitching ? Noon : null,
    };

    /// <summary>Shot 0 of that job, with all that its status brings along.</summary>
    public static ShotState Shot(ShotStatus status) => new()
    {
        JobId = "job-1",
        ShotIndex = 0,
        ShotId = "shot-1",
        RenderKey = RenderKey("job-1", 0),
        Queue = Queue,
        Status = status,
        UnmetCount = status == ShotStatus.Waiting ? 1 : 0,
        Dependents = [],
        Depth = 0,
        DispatchId = status == ShotStatus.Ready ? "dispatch-1" : null,
        DispatchedAt = status == ShotStatus.Ready ? Noon : null,
        ReadyAt = Noon,
        NotBefore = status == ShotStatus.Delayed ? Noon : null,
        Attempt = status == ShotStatus.Leased ? Attempt("attempt-1", "worker-1") : null,
        AttemptCount = status == ShotStatus.Leased ? 1 : 0,
        Clip = status == ShotStatus.Rendered ? Clip(RenderKey("job-1", 0), "attempt-1") : null,
    };

    public static AttemptState Attempt(string attemptId, string workerId) => new()
    {
        AttemptId = attemptId,
        AttemptNumber = 1,
        WorkerId = workerId,
    };

    private static PlannedShot Plan(string jobId, int index, int[] upstream) => new()
    {
        ShotId = $"shot-{(index + 1).ToString(CultureInfo.InvariantCulture)}",
        DependsOn = upstream,
        Transition = Transition.Cut,
        Task = new ShotTask
        {
            RenderKey = RenderKey(jobId, index),
            Model = "flipbook",
            ModelDigest = new string('d', 64),
            NumericsProfile = "cpu-fp32",
            Prompt = "a red ball rolls",
            NegativePrompt = "",
            Seed = index,
            Size = new FrameSize(160, 96),
            FrameRate = new FrameRate(8, 1),
            FrameCount = 17,
            TakeCount = 4,
            StepCount = 4,
            GuidanceScale = 1,
            Sampler = "euler",
        },
    };
}
