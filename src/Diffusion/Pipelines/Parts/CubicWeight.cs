namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>
/// How much a pixel counts by its distance:
/// https://en.wikipedia.org/wiki/Bicubic_interpolation#Bicubic_convolution_algorithm
/// </summary>
internal static class CubicWeight
{
    /// <param name="distance">From 0; pixels are 1 apart.</param>
    /// <param name="sharpness">The slope at 1; libraries do not agree on it.</param>
    public static double Of(double distance, double sharpness) => distance switch
    {
        <= 1 => ((((sharpness + 2) * distance) - (sharpness + 3)) * distance * distance) + 1,
        < 2 => sharpness * (((((distance - 5) * distance) + 8) * distance) - 4),
        _ => 0,
    };
}
