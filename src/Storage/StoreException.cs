namespace RenderFarm.Storage;

/// <summary>The store did not do what was asked, after every retry.</summary>
public sealed class StoreException(string message, bool canRetry, Exception? inner = null)
    : IOException(message, inner)
{
    /// <summary>
    /// True when the store could not be reached or was overloaded: later may help.
    /// </summary>
    public bool CanRetry { get; } = canRetry;
}
