namespace RenderFarm.Worker.Rendering;

/// <summary>A conditioning image is missing, is not what its name says, or is no picture.</summary>
internal sealed class BadInputException(string message, Exception? cause = null)
    : Exception(message, cause);
