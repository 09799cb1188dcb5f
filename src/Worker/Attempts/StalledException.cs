namespace RenderFarm.Worker.Attempts;

/// <summary>An attempt made no step for too long.</summary>
internal sealed class StalledException(string message) : Exception(message);
