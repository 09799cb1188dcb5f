using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Dispatch;

/// <summary>The answer to a claim; exactly one of the two is set.</summary>
/// <param name="Claimed">The shot is the worker's.</param>
/// <param name="Refused">The worker forgets its ticket.</param>
internal sealed record ClaimReply(ShotClaimed? Claimed, ClaimRefused? Refused);
