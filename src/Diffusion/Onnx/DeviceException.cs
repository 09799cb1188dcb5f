namespace RenderFarm.Diffusion;

/// <summary>The device cannot be used.</summary>
public sealed class DeviceException(
    string message,
    bool isProcessLost = false,
    Exception? cause = null,
    bool isGone = false)
    : Exception(message, cause)
{
    /// <summary>The device itself is gone; a new process would not find it either.</summary>
    public bool IsGone { get; } = isGone;

    /// <summary>No call in this process can use the device again: end the process.</summary>
    public bool IsProcessLost { get; } = isProcessLost;
}
