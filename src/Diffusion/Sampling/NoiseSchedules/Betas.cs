namespace RenderFarm.Diffusion.Sampling.NoiseSchedules;

/// <summary>
/// The share of noise added at each training timestep, in single precision and in the order that
/// torch computes it, since published networks were trained with exactly these tables.
/// </summary>
internal static class Betas
{
    private const double Most = 0.999;

    public static float[] Create(BetaCurve curve, double first, double last, int count) =>
        curve switch
        {
            BetaCurve.Linear => Spaced(first, last, count),
            BetaCurve.ScaledLinear =>
                [.. Spaced(Math.Sqrt(first), Math.Sqrt(last), count).Select(root => root * root)],
            BetaCurve.Sigmoid =>
                [
                    .. Spaced(-6, 6, count)
                        .Select(x => (float)(first + (Sigmoid(x) * (last - first)))),
                ],
            BetaCurve.SquaredCosine => OfShare(Cosine, count),
            BetaCurve.Exponential => OfShare(static time => Math.Exp(-12 * time), count),
            BetaCurve.Laplace => OfShare(Laplace, count),
            _ => throw new ArgumentOutOfRangeException(nameof(curve), curve, "No such curve."),
        };

    // torch.linspace counts the second half from the end.
    private static float[] Spaced(double first, double last, int count)
    {
        var values = new float[count];
        var (start, end) = ((float)first, (float)last);
        var width = count == 1 ? 0 : (end - start) / (count - 1);
        for (var i = 0; i < count; i++)
        {
            values[i] = i < count / 2 ? start + (width * i) : end - (width * (count - 1 - i));
        }

        return values;
    }

    private static float[] OfShare(Func<double, double> share, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            var left = share((double)(i + 1) / count) / share((double)i / count);
            values[i] = (float)Math.Min(1 - left, Most);
        }

        return values;
    }

    private static double Cosine(double time)
    {
        var cosine = Math.Cos((time + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }

    private static double Laplace(double time)
    {
        var inner = 1 - (2 * Math.Abs(0.5 - time)) + 1e-6;
        var lambda = -0.5 * Math.CopySign(1, 0.5 - time) * Math.Log(inner);
        var ratio = Math.Exp(lambda);
        return Math.Sqrt(ratio / (1 + ratio));
    }

    private static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));
}
