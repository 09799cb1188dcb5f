namespace RenderFarm.Broker.State;

/// <summary>Names of records.</summary>
internal static class RecordKeys
{
    /// <summary>A <see cref="JobState"/>.</summary>
    public static string Job(string jobId) => $"job:{jobId}";

    /// <summary>A <see cref="ShotState"/>.</summary>
    public static string Shot(string jobId, int shotIndex) => $"job:{jobId}:shot:{shotIndex}";

    /// <summary>A <see cref="Planning.PlannedShot"/>; never changes.</summary>
    public static string Plan(string jobId, int shotIndex) => $"job:{jobId}:plan:{shotIndex}";

    /// <summary>What a worker announced last.</summary>
    public static string Worker(string workerId) => $"worker:{workerId}";
}
