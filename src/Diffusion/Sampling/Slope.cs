using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// What the samplers along the derivative by sigma share. Their latents are clean + sigma * noise,
/// which the network sees scaled to a variance of one; or those of a rectified flow.
/// </summary>
internal static class Slope
{
    /// <summary>d latents / d sigma is the first times the latents plus the second times the
    /// prediction.</summary>
    public static (double Latents, double Prediction) Factors(PredictionType type, double sigma)
    {
        var square = (sigma * sigma) + 1;
        return type switch
        {
            PredictionType.Epsilon or PredictionType.Flow => (0, 1),
            PredictionType.Velocity => (sigma / square, 1 / Math.Sqrt(square)),
            _ => (1 / sigma, -1 / sigma),
        };
    }

    public static NoiseLevel LevelOf(SamplerSettings settings, double sigma) =>
        settings.IsFlow ? NoiseLevel.OfFlow(sigma) : new NoiseLevel(1, sigma);

    public static double StartScale(SamplerSettings settings, ReadOnlySpan<double> sigmas)
    {
        if (settings.IsFlow)
        {
            return 1;
        }

        var most = 0.0;
        foreach (var sigma in sigmas)
        {
            most = Math.Max(most, sigma);
        }

        return settings.TimestepSpacing == TimestepSpacing.Leading
            ? Math.Sqrt((most * most) + 1)
            : most;
    }

    public static void ScaleInput(
        SamplerSettings settings, double sigma, ReadOnlySpan<float> latents, Span<float> input)
    {
        if (settings.IsFlow)
        {
            latents.CopyTo(input);
        }
        else
        {
            Blend.Scale(input, 1 / Math.Sqrt((sigma * sigma) + 1), latents);
        }
    }
}
