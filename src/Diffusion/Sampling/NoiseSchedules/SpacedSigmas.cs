namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>Sigmas between two ends, by the spacings that have a paper.</summary>
internal static class SpacedSigmas
{
    private const double Rho = 7;
    private const double BetaShape = 0.6;

    // Sigma lost over the first, linear half of a linear and quadratic schedule.
    private const double LinearLoss = 0.025;

    public static double[] Create(SigmaSpacing spacing, double most, double least, int count) =>
        spacing switch
        {
            SigmaSpacing.Karras => Mapped(
                Math.Pow(most, 1 / Rho),
                Math.Pow(least, 1 / Rho),
                count,
                root => Math.Pow(root, Rho)),
            SigmaSpacing.Exponential or SigmaSpacing.Lu =>
                Mapped(Math.Log(most), Math.Log(least), count, Math.Exp),
            SigmaSpacing.Beta => Mapped(
                1,
                0,
                count,
                share => least
                    + (BetaDistribution.Quantile(share, BetaShape, BetaShape) * (most - least))),
            _ => throw new ArgumentOutOfRangeException(nameof(spacing), spacing, "It has no ends."),
        };

    /// <summary>
    /// From 1, slowly and evenly over the first half, then by a parabola that goes on as steeply
    /// and ends at 0: the linear-quadratic schedule of https://arxiv.org/abs/2410.13720.
    /// </summary>
    public static double[] LinearQuadratic(int count)
    {
        var linear = count / 2;
        var (sigmas, rest) = (new double[count], count - linear);
        var slope = linear == 0 ? 0 : LinearLoss / linear;
        var bend = linear == 0 ? 1 : (1 - LinearLoss - (slope * rest)) / rest / rest;
        for (var i = 0; i < count; i++)
        {
            var past = Math.Max(0, i - linear);
            sigmas[i] = 1 - (slope * i) - (bend * past * past);
        }

        return sigmas;
    }

    /// <summary>So many values, evenly from the first to the last.</summary>
    public static double[] Even(double first, double last, int count)
    {
        var values = new double[count];
        var width = count == 1 ? 0 : (last - first) / (count - 1);
        for (var i = 0; i < count; i++)
        {
            values[i] = first + (width * i);
        }

        if (count > 1)
        {
            values[^1] = last;
        }

        return values;
    }

    private static double[] Mapped(
        double first, double last, int count, Func<double, double> map) =>
        [.. Even(first, last, count).Select(map)];
}
