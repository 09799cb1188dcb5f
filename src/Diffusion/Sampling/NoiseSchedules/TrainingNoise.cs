namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>
/// How much noise the network saw at each training timestep: diffusers' alphas_cumprod.
/// </summary>
internal sealed class TrainingNoise
{
    // What half precision can still tell from zero; diffusers' stand-in for no signal at all.
    private const double LeastAlpha = 1.0 / (1 << 24);

    private readonly double[] alphas;

    private TrainingNoise(double[] alphas) => this.alphas = alphas;

    /// <summary>How many training timesteps there are.</summary>
    public int Count => alphas.Length;

    /// <summary>The squared share of the clean latents that is left at a timestep.</summary>
    public double Alpha(int timestep) => alphas[timestep];

    /// <summary>Clean latents and noise at a timestep.</summary>
    public NoiseLevel Level(int timestep) => LevelOf(alphas[timestep]);

    public static NoiseLevel LevelOf(double alpha) => new(Math.Sqrt(alpha), Math.Sqrt(1 - alpha));

    /// <summary>Noise over signal at each timestep, rising.</summary>
    public double[] Ratios() => [.. alphas.Select(a => (double)(float)Math.Sqrt((1 - a) / a))];

    public static TrainingNoise Create(SamplerSettings settings)
    {
        if (settings.Kind == SamplerKind.CogVideoXDdim)
        {
            return CreateShifted(settings);
        }

        var betas = BetasOf(settings);
        if (!settings.HasZeroSignal)
        {
            return new TrainingNoise(Products(betas));
        }

        var alphas = Products(WithoutSignal(betas));
        if (settings.KeepsLeastSignal)
        {
            alphas[^1] = LeastAlpha;
        }

        return new TrainingNoise(alphas);
    }

    private static float[] BetasOf(SamplerSettings settings) =>
        settings.TrainedBetas is { } trained
            ? [.. trained.Select(beta => (float)beta)]
            : Betas.Create(
                settings.BetaCurve, settings.BetaStart, settings.BetaEnd, settings.TrainStepCount);

    // CogVideoX: the table in double, its signal-to-noise ratio shifted, then stretched to none.
    private static TrainingNoise CreateShifted(SamplerSettings settings)
    {
        var alphas = settings.BetaCurve == BetaCurve.ScaledLinear && settings.TrainedBetas is null
            ? ScaledProducts(settings)
            : Products(BetasOf(settings));
        var scale = settings.SnrShiftScale;
        foreach (ref var alpha in alphas.AsSpan())
        {
            alpha /= scale + ((1 - scale) * alpha);
        }

        if (settings.HasZeroSignal)
        {
            var (first, last) = (Math.Sqrt(alphas[0]), Math.Sqrt(alphas[^1]));
            foreach (ref var alpha in alphas.AsSpan())
            {
                var root = (Math.Sqrt(alpha) - last) * (first / (first - last));
                alpha = root * root;
            }
        }

        return new TrainingNoise(alphas);
    }

    private static double[] ScaledProducts(SamplerSettings settings)
    {
        var products = new double[settings.TrainStepCount];
        var (first, last) = (Math.Sqrt(settings.BetaStart), Math.Sqrt(settings.BetaEnd));
        var roots = SpacedSigmas.Even(first, last, products.Length);
        var product = 1.0;
        for (var i = 0; i < products.Length; i++)
        {
            product *= 1 - (roots[i] * roots[i]);
            products[i] = product;
        }

        return products;
    }

    // torch multiplies in double and stores in single precision.
    private static double[] Products(ReadOnlySpan<float> betas)
    {
        var products = new double[betas.Length];
        var product = 1.0;
        for (var i = 0; i < betas.Length; i++)
        {
            product *= 1f - betas[i];
            products[i] = (float)product;
        }

        return products;
    }

    /// <summary>No signal at the last timestep: https://arxiv.org/abs/2305.08891.</summary>
    private static float[] WithoutSignal(ReadOnlySpan<float> betas)
    {
        float[] roots = [.. Products(betas).Select(product => MathF.Sqrt((float)product))];
        var (first, last) = (roots[0], roots[^1]);
        var scale = first / (first - last);
        var rescaled = new float[betas.Length];
        var before = 1f;
        for (var i = 0; i < rescaled.Length; i++)
        {
            var root = (roots[i] - last) * scale;
            rescaled[i] = 1 - (root * root / before);
            before = root * root;
        }

        return rescaled;
    }
}
