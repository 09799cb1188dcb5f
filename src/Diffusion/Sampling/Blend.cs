using System.Numerics;
using System.Runtime.InteropServices;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// Sums of tensors, element by element, in fp32. Factors are made in double and rounded once;
/// products are rounded before they are added, so that every processor gives the same bits.
/// </summary>
internal static class Blend
{
    /// <summary>target = a * x + b * y; the target may be x or y.</summary>
    public static void Mix(
        Span<float> target, double a, ReadOnlySpan<float> x, double b, ReadOnlySpan<float> y)
    {
        var (first, second) = ((float)a, (float)b);
        var wideX = Wide(x);
        var wideY = Wide(y);
        var wide = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = (wideX[i] * first) + (wideY[i] * second);
        }

        for (var i = wide.Length * Vector<float>.Count; i < target.Length; i++)
        {
            target[i] = (x[i] * first) + (y[i] * second);
        }
    }

    /// <summary>target += a * x.</summary>
    public static void Add(Span<float> target, double a, ReadOnlySpan<float> x)
    {
        var factor = (float)a;
        var wideX = Wide(x);
        var wide = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] += wideX[i] * factor;
        }

        for (var i = wide.Length * Vector<float>.Count; i < target.Length; i++)
        {
            target[i] += x[i] * factor;
        }
    }

    /// <summary>target = a * x; the target may be x.</summary>
    public static void Scale(Span<float> target, double a, ReadOnlySpan<float> x)
    {
        var factor = (float)a;
        var wideX = Wide(x);
        var wide = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = wideX[i] * factor;
        }

        for (var i = wide.Length * Vector<float>.Count; i < target.Length; i++)
        {
            target[i] = x[i] * factor;
        }
    }

    private static ReadOnlySpan<Vector<float>> Wide(ReadOnlySpan<float> values) =>
        MemoryMarshal.Cast<float, Vector<float>>(values);
}
