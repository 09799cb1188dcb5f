namespace RenderFarm.Worker.Committing;

/// <summary>The object store did not do what was asked, however often it was tried.</summary>
internal sealed class StoreTroubleException(string message, Exception cause)
    : Exception(message, cause);
