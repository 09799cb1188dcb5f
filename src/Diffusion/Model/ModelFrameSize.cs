namespace RenderFarm.Diffusion;

/// <summary>A frame size that a model was trained for, in pixels.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
public readonly record struct ModelFrameSize(int Width, int Height);
