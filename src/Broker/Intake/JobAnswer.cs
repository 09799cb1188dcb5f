using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Intake;

/// <summary>
/// The answer to what an owner asks of a job; at most one is set, and neither when there is no job
/// of that name.
/// </summary>
/// <param name="Snapshot">How the job stands.</param>
/// <param name="Rejected">Why what was asked cannot be done; nothing changed.</param>
public sealed record JobAnswer(JobSnapshot? Snapshot, JobRejected? Rejected);
