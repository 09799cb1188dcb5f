using RenderFarm.Contracts.Shots;

namespace RenderFarm.Worker.Intake;

/// <summary>The Broker's answer to a claim: the shot, or why not. One of the two is set.</summary>
internal sealed record ClaimAnswer(ShotClaimed? Granted, ClaimRefused? Refusal);
