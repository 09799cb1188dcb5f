using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// What a step of UniPC multiplies: https://arxiv.org/abs/2302.04867, sections 3.1 and 3.2, with
/// B(h) of either kind. Made anew for each step, in place.
/// </summary>
internal sealed class UniPcWeights(SamplerSettings settings, SolverLevels levels)
{
    private const int MostOrder = 3;

    private readonly double[] ratios = new double[MostOrder];
    private readonly double[] matrix = new double[MostOrder * (MostOrder + 1)];
    private readonly double[] solved = new double[MostOrder];

    /// <summary>Of the latents that the step starts from.</summary>
    public double Latents { get; private set; }

    /// <summary>Of the newest output before the step, beside its part in the differences.</summary>
    public double Output { get; private set; }

    /// <summary>Of the output i steps earlier; index 0 is not used.</summary>
    public double[] Earlier { get; } = new double[MostOrder];

    /// <summary>Of the output at the step's own end, for the corrector.</summary>
    public double Next { get; private set; }

    /// <param name="fromStep">Where the step starts.</param>
    /// <param name="order">1 to 3.</param>
    /// <param name="corrects">The output at the end is known.</param>
    public void Make(int fromStep, int order, bool corrects)
    {
        var (from, to) = (levels[fromStep], levels[fromStep + 1]);
        var h = to.Lambda - from.Lambda;
        var signed = settings.Algorithm == SolverAlgorithm.PlusPlus ? -h : h;
        var phi = Math.Exp(signed) - 1;
        var b = settings.IsBh1 ? signed : phi;
        for (var i = 1; i < order; i++)
        {
            ratios[i - 1] = (levels[fromStep - i].Lambda - from.Lambda) / h;
        }

        ratios[order - 1] = 1;
        Fill(signed, phi, b, order);

        var scale = Scale(from, to, phi, b);
        var count = corrects ? order : order - 1;
        Solve(count, order, corrects);
        for (var i = 1; i < order; i++)
        {
            Earlier[i] = scale * solved[i - 1] / ratios[i - 1];
            Output -= Earlier[i];
        }

        Next = corrects ? scale * solved[order - 1] : 0;
        Output -= Next;
    }

    private double Scale(NoiseLevel from, NoiseLevel to, double phi, double b)
    {
        if (settings.Algorithm == SolverAlgorithm.PlusPlus)
        {
            (Latents, Output) = (to.Sigma / from.Sigma, -to.Alpha * phi);
            return -to.Alpha * b;
        }

        (Latents, Output) = (to.Alpha / from.Alpha, -to.Sigma * phi);
        return -to.Sigma * b;
    }

    // Row i: the i-th powers of the ratios, and what their weighted sum must be.
    private void Fill(double h, double phi, double b, int order)
    {
        var (part, factorial) = ((phi / h) - 1, 1.0);
        for (var row = 0; row < order; row++)
        {
            for (var column = 0; column < order; column++)
            {
                At(row, column) = Math.Pow(ratios[column], row);
            }

            At(row, MostOrder) = part * factorial / b;
            factorial *= row + 2;
            part = (part / h) - (1 / factorial);
        }
    }

    // One row for each equation, its right side last.
    private ref double At(int row, int column) =>
        ref matrix[(row * (MostOrder + 1)) + column];

    // The low orders have weights of one half, whatever the equations say.
    private void Solve(int count, int order, bool corrects)
    {
        if (count == 1 && order == (corrects ? 1 : 2))
        {
            solved[0] = 0.5;
            return;
        }

        for (var pivot = 0; pivot < count; pivot++)
        {
            for (var row = pivot + 1; row < count; row++)
            {
                var factor = At(row, pivot) / At(pivot, pivot);
                for (var column = pivot; column < count; column++)
                {
                    At(row, column) -= factor * At(pivot, column);
                }

                At(row, MostOrder) -= factor * At(pivot, MostOrder);
            }
        }

        for (var row = count - 1; row >= 0; row--)
        {
            var rest = At(row, MostOrder);
            for (var column = row + 1; column < count; column++)
            {
                rest -= At(row, column) * solved[column];
            }

            solved[row] = rest / At(row, row);
        }
    }
}
