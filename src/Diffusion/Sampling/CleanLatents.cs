using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// Between what a network predicts and the clean latents it means, or the noise, with the limits
/// that a model sets for clean latents. One item's worth; owns what it needs.
/// </summary>
internal sealed class CleanLatents(SamplerSettings settings, int length)
{
    private readonly float[] sorted = new float[settings.Thresholds ? length : 0];

    /// <summary>The clean latents, valid until the next call.</summary>
    public float[] Values { get; } = new float[length];

    /// <summary>Whether the model limits what it predicts.</summary>
    public bool IsLimited => settings.Thresholds || settings.ClipsClean;

    /// <summary>Clean latents from a prediction, within the model's limits.</summary>
    /// <param name="latents">At the level.</param>
    /// <param name="prediction">Of the kind that the settings say.</param>
    /// <param name="level">How clean and how noisy the latents are.</param>
    public float[] Of(
        ReadOnlySpan<float> latents, ReadOnlySpan<float> prediction, NoiseLevel level)
    {
        var (alpha, sigma) = level;
        switch (settings.Prediction)
        {
            case PredictionType.Epsilon:
                Blend.Mix(Values, 1 / alpha, latents, -sigma / alpha, prediction);
                break;
            case PredictionType.Velocity:
                Blend.Mix(Values, alpha, latents, -sigma, prediction);
                break;
            case PredictionType.Flow:
                Blend.Mix(Values, 1, latents, -sigma, prediction);
                break;
            default:
                prediction.CopyTo(Values);
                break;
        }

        Limit();
        return Values;
    }

    /// <summary>The noise that a prediction means, without the limits.</summary>
    public void NoiseOf(
        Span<float> noise,
        ReadOnlySpan<float> latents,
        ReadOnlySpan<float> prediction,
        NoiseLevel level)
    {
        var (alpha, sigma) = level;
        switch (settings.Prediction)
        {
            case PredictionType.Epsilon:
                prediction.CopyTo(noise);
                break;
            case PredictionType.Velocity:
                Blend.Mix(noise, alpha, prediction, sigma, latents);
                break;
            case PredictionType.Flow:
                Blend.Mix(noise, 1, latents, alpha, prediction);
                break;
            default:
                Blend.Mix(noise, 1 / sigma, latents, -alpha / sigma, prediction);
                break;
        }
    }

    private void Limit()
    {
        if (settings.Thresholds)
        {
            var most = (float)Math.Min(Math.Max(Quantile(), 1), settings.MaxClean);
            foreach (ref var value in Values.AsSpan())
            {
                value = Math.Clamp(value, -most, most) / most;
            }
        }
        else if (settings.ClipsClean)
        {
            var most = (float)settings.ClipRange;
            foreach (ref var value in Values.AsSpan())
            {
                value = Math.Clamp(value, -most, most);
            }
        }
    }

    private double Quantile()
    {
        for (var i = 0; i < sorted.Length; i++)
        {
            sorted[i] = Math.Abs(Values[i]);
        }

        sorted.AsSpan().Sort();
        var place = settings.ThresholdRatio * (sorted.Length - 1);
        var low = (int)place;
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + ((place - low) * (sorted[high] - sorted[low]));
    }
}
