using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Intake;

/// <summary>The answer to a submitted job; exactly one of the two is set.</summary>
/// <param name="Accepted">The job is written down and cannot be lost any more.</param>
/// <param name="Rejected">Nothing was started, and these are all the reasons.</param>
public sealed record SubmitAnswer(JobAccepted? Accepted, JobRejected? Rejected);
