namespace RenderFarm.Diffusion;

/// <summary>
/// A checkpoint cannot be resumed from; says why. The render can start anew instead.
/// </summary>
public sealed class CheckpointException(string message, Exception? cause = null)
    : Exception(message, cause);
