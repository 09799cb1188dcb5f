using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// What a DPM-Solver step multiplies: the latents it starts from, the network's output there, its
/// first and second differences, and fresh noise. Table 1 and appendix A of
/// https://arxiv.org/abs/2211.01095; with noise, its appendix B.
/// </summary>
internal readonly record struct DpmWeights(
    double Latents, double Output, double First, double Second, double Noise)
{
    /// <param name="settings">Algorithm and type of solver.</param>
    /// <param name="from">The level the step starts from.</param>
    /// <param name="to">The level it ends at.</param>
    /// <param name="order">1 to 3.</param>
    public static DpmWeights Of(
        SamplerSettings settings, NoiseLevel from, NoiseLevel to, int order)
    {
        var h = to.Lambda - from.Lambda;
        var isHeun = settings.IsHeun || order == 3;
        return settings.Algorithm switch
        {
            SolverAlgorithm.PlusPlus => PlusPlus(from, to, h, isHeun),
            SolverAlgorithm.Plain => Plain(from, to, h, isHeun),
            SolverAlgorithm.StochasticPlusPlus => Stochastic(from, to, h, isHeun),
            _ => StochasticPlain(from, to, h, isHeun),
        };
    }

    // Over the clean latents.
    private static DpmWeights PlusPlus(NoiseLevel from, NoiseLevel to, double h, bool isHeun)
    {
        var phi = Math.Exp(-h) - 1;
        return new DpmWeights(
            to.Sigma / from.Sigma,
            -to.Alpha * phi,
            isHeun ? to.Alpha * ((phi / h) + 1) : -0.5 * to.Alpha * phi,
            -to.Alpha * (((phi + h) / (h * h)) - 0.5),
            0);
    }

    // Over the noise.
    private static DpmWeights Plain(NoiseLevel from, NoiseLevel to, double h, bool isHeun)
    {
        var phi = Math.Exp(h) - 1;
        return new DpmWeights(
            to.Alpha / from.Alpha,
            -to.Sigma * phi,
            isHeun ? -to.Sigma * ((phi / h) - 1) : -0.5 * to.Sigma * phi,
            -to.Sigma * (((phi - h) / (h * h)) - 0.5),
            0);
    }

    // As Plus, with twice the distance, since noise is added for what is drawn anew.
    private static DpmWeights Stochastic(NoiseLevel from, NoiseLevel to, double h, bool isHeun)
    {
        var phi = 1 - Math.Exp(-2 * h);
        var twice = 2 * h;
        return new DpmWeights(
            to.Sigma / from.Sigma * Math.Exp(-h),
            to.Alpha * phi,
            isHeun ? to.Alpha * ((phi / -twice) + 1) : 0.5 * to.Alpha * phi,
            to.Alpha * (((phi - twice) / (twice * twice)) - 0.5),
            to.Sigma * Math.Sqrt(phi));
    }

    private static DpmWeights StochasticPlain(
        NoiseLevel from, NoiseLevel to, double h, bool isHeun)
    {
        var phi = Math.Exp(h) - 1;
        return new DpmWeights(
            to.Alpha / from.Alpha,
            -2 * to.Sigma * phi,
            isHeun ? -2 * to.Sigma * ((phi / h) - 1) : -to.Sigma * phi,
            0,
            to.Sigma * Math.Sqrt(Math.Exp(2 * h) - 1));
    }
}
