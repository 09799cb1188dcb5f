using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.State;

/// <summary>
/// Who is first: class, then the job that is closest to done, then the older job; within a job the
/// shot that the longest chain waits for, then film order. Lower numbers are dispatched first; each
/// number packs its parts into the 53 bits that a double holds exactly.
/// </summary>
internal static class DispatchOrder
{
    private const long LeftPart = 1L << 30;
    private const long ClassPart = 1L << 50;
    private const long DepthPart = 1L << 24;
    private const int GreatestDepth = (1 << 20) - 1;
    private const long Year2020 = 1577836800;

    /// <summary>A job's place in its queue.</summary>
    public static double OfJob(JobState job)
    {
        var rank = job.Priority switch
        {
            JobPriority.Interactive => 0,
            JobPriority.Normal => 1,
            _ => 2,
        };
        var left = Math.Min(job.LeftCount, (1 << 20) - 1);
        var age = Math.Clamp(job.AcceptedAt.ToUnixTimeSeconds() - Year2020, 0, LeftPart - 1);
        return (rank * ClassPart) + (left * LeftPart) + age;
    }

    /// <summary>A shot's place in its job.</summary>
    public static double OfShot(ShotState shot) =>
        ((GreatestDepth - Math.Min(shot.Depth, GreatestDepth)) * DepthPart) + shot.ShotIndex;
}
