namespace RenderFarm.Worker.Rendering;

/// <summary>The pipeline gave too few frames, or frames of a wrong size.</summary>
internal sealed class BadFramesException(string message) : Exception(message);
