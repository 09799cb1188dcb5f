namespace RenderFarm.Diffusion;

/// <summary>The device cannot be used.</summary>
public sealed class DeviceException(
    string message,
    bool isProcessLost = false,
    Exception? cause = null)
    : Exception(message, cause)
{
    /// <summary>No call in this process can use the device again: end the process.</summary>
    public bool IsProcessLost { get; } = isProcessLost;
}
