using RenderFarm.Broker.Dispatch.Policy;

namespace RenderFarm.Broker.State;

/// <summary>
/// The order within a line: the job that is closest to done, with age; within a job the shot that
/// the longest chain waits for, then film order. Lower numbers are dispatched first. Whose line is
/// next is the policy's to say.
/// </summary>
internal static class DispatchOrder
{
    private const long DepthPart = 1L << 24;
    private const int GreatestDepth = (1 << 20) - 1;

    /// <summary>What a shot is taken to cost while there is no history.</summary>
    public static readonly TimeSpan UsualShot = TimeSpan.FromSeconds(10);

    /// <summary>A job's place in its line.</summary>
    public static double OfJob(JobState job) =>
        JobOrder.Of(job.LeftCount * ShotCost(job).TotalSeconds, job.AcceptedAt);

    /// <summary>GPU time that one of a job's shots is going to take.</summary>
    public static TimeSpan ShotCost(JobState job) =>
        job.EstimatedGpuTime > TimeSpan.Zero
            ? job.EstimatedGpuTime / Math.Max(1, job.ShotCount)
            : UsualShot;

    /// <summary>A shot's place in its job.</summary>
    public static double OfShot(ShotState shot) =>
        ((GreatestDepth - Math.Min(shot.Depth, GreatestDepth)) * DepthPart) + shot.ShotIndex;
}
