namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>The beta distribution's quantiles, for sigmas that crowd at both ends.</summary>
internal static class BetaDistribution
{
    private const int Halvings = 200;
    private const int MostTerms = 400;
    private const double Smallest = 1e-300;

    /// <summary>The value below which a share of the distribution lies.</summary>
    public static double Quantile(double share, double alpha, double beta)
    {
        if (share is <= 0 or >= 1)
        {
            return share <= 0 ? 0 : 1;
        }

        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            if (Share(middle, alpha, beta) < share)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return (low + high) / 2;
    }

    /// <summary>
    /// The regularised incomplete beta function by its continued fraction:
    /// https://dlmf.nist.gov/8.17.E22.
    /// </summary>
    private static double Share(double x, double alpha, double beta)
    {
        if (x > (alpha + 1) / (alpha + beta + 2))
        {
            return 1 - Share(1 - x, beta, alpha);
        }

        if (x <= 0)
        {
            return 0;
        }

        var logFront = (alpha * Math.Log(x)) + (beta * Math.Log(1 - x))
            - (LogGamma(alpha) + LogGamma(beta) - LogGamma(alpha + beta));
        return Math.Exp(logFront) / (alpha * Fraction(x, alpha, beta));
    }

    // Lentz's way of evaluating a continued fraction from the front.
    private static double Fraction(double x, double alpha, double beta)
    {
        var (value, upper, lower) = (1.0, 1.0, 0.0);
        for (var i = 1; i <= MostTerms; i++)
        {
            var term = Term(i, x, alpha, beta);
            lower = 1 + (term * lower);
            lower = 1 / (Math.Abs(lower) < Smallest ? Smallest : lower);
            upper = 1 + (term / upper);
            upper = Math.Abs(upper) < Smallest ? Smallest : upper;
            value *= upper * lower;
            if (Math.Abs((upper * lower) - 1) < 1e-16)
            {
                break;
            }
        }

        return value;
    }

    private static double Term(int index, double x, double alpha, double beta)
    {
        var half = index / 2;
        var twice = alpha + (2 * half);
        return index % 2 == 0
            ? half * (beta - half) * x / ((twice - 1) * twice)
            : -(alpha + half) * (alpha + beta + half) * x / (twice * (twice + 1));
    }

    // Stirling's series, https://dlmf.nist.gov/5.11.E1, after moving to where it converges.
    private static double LogGamma(double value)
    {
        var shift = 0.0;
        for (; value < 15; value++)
        {
            shift += Math.Log(value);
        }

        var square = 1 / (value * value);
        var series = ((1 / 12.0) - (square * ((1 / 360.0) - (square * ((1 / 1260.0)
            - (square / 1680)))))) / value;
        return ((value - 0.5) * Math.Log(value)) - value + (0.5 * Math.Log(2 * Math.PI))
            + series - shift;
    }
}
