namespace RenderFarm.Broker.Census;

/// <summary>How the farm stood at one moment.</summary>
/// <param name="Jobs">Jobs that are not ended, by status.</param>
/// <param name="Queues">Each queue that ever had a job.</param>
/// <param name="OutboxLag">Age of the oldest message that is not sent.</param>
internal sealed record FarmCount(
    IReadOnlyDictionary<string, int> Jobs,
    IReadOnlyList<QueueCount> Queues,
    TimeSpan OutboxLag);
