namespace RenderFarm.Diffusion;

/// <summary>The device has too little memory for this request; a smaller one may fit.</summary>
public sealed class OutOfDeviceMemoryException(string message, Exception cause)
    : Exception(message, cause);
