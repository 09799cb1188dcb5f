namespace RenderFarm.Diffusion;

/// <summary>A picture of 8 bits a channel.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows, from the top down.</param>
/// <param name="Pixels">Red, green, blue, row by row: Width * Height * 3 bytes.</param>
public sealed record RgbImage(int Width, int Height, byte[] Pixels);
