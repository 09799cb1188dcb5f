namespace RenderFarm.Broker.State;

/// <summary>The one shot that a worker which was set aside is tried with.</summary>
/// <param name="JobId">Which job.</param>
/// <param name="ShotIndex">Which shot.</param>
/// <param name="AttemptId">The attempt whose end is the verdict.</param>
internal sealed record CanaryState(string JobId, int ShotIndex, string AttemptId);
