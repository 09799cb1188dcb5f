using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Dispatch.Policy;

namespace RenderFarm.Broker.State;

/// <summary>
/// Names of records. Each kind begins differently, so that no made-up job name leads to a record of
/// another kind.
/// </summary>
internal static class RecordKeys
{
    /// <summary>A <see cref="JobState"/>.</summary>
    public static string Job(string jobId) => $"job:{jobId}";

    /// <summary>A <see cref="ShotState"/>.</summary>
    public static string Shot(string jobId, int shotIndex) => $"shot:{jobId}:{shotIndex}";

    /// <summary>A <see cref="Planning.PlannedShot"/>; never changes.</summary>
    public static string Plan(string jobId, int shotIndex) => $"plan:{jobId}:{shotIndex}";

    /// <summary>What a worker announced last.</summary>
    public static string Worker(string workerId) => $"worker:{workerId}";

    /// <summary>What tenants have had of a queue: a <see cref="FairBook"/>.</summary>
    public static string Fair(string queue) => $"fair:{queue}";

    /// <summary>What a queue's shots took so far: a <see cref="QueueHistory"/>.</summary>
    public static string History(string queue) => $"taken:{queue}";

    /// <summary>A <see cref="WorkerStanding"/>.</summary>
    public static string Standing(string workerId, string queue) =>
        $"standing:{workerId}:{queue}";
}
