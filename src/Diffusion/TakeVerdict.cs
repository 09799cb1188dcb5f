namespace RenderFarm.Diffusion;

/// <summary>What was found of one take.</summary>
/// <param name="Fault">What is wrong with it by its looks; null where nothing is.</param>
/// <param name="Score">Agreement times quality, 0 to 1; null without a scorer.</param>
public sealed record TakeVerdict(TakeFault? Fault, double? Score);
