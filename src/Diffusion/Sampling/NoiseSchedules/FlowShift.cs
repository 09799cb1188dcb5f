namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>
/// Moves a rectified flow's sigmas towards noise, where large pictures need more steps:
/// https://arxiv.org/abs/2403.03206, equation 23.
/// </summary>
internal static class FlowShift
{
    public static double Fixed(double shift, double sigma) =>
        shift * sigma / (1 + ((shift - 1) * sigma));

    /// <summary>By mu, which grows with the number of tokens.</summary>
    public static double Dynamic(double mu, double sigma, bool isLinear)
    {
        var strength = isLinear ? mu : Math.Exp(mu);
        return strength / (strength + (1 / sigma) - 1);
    }

    /// <summary>Stretches what is left of the noise so that the last sigma is terminal.</summary>
    public static void Stretch(Span<double> sigmas, double terminal)
    {
        var scale = (1 - sigmas[^1]) / (1 - terminal);
        foreach (ref var sigma in sigmas)
        {
            sigma = scale == 0 ? sigma : 1 - ((1 - sigma) / scale);
        }
    }
}
