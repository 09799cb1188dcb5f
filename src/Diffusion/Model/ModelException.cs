namespace RenderFarm.Diffusion;

/// <summary>A model package is bad, or does not fit; says what was expected and found.</summary>
public sealed class ModelException(string message) : Exception(message);
