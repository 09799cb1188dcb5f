using System.Numerics;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>Whether numbers are numbers: neither infinite nor what is none.</summary>
internal static class Finite
{
    public static bool IsAll(ReadOnlySpan<float> values) => IndexOfNone(values) < 0;

    /// <summary>The first that is not finite; -1 where all are.</summary>
    public static int IndexOfNone(ReadOnlySpan<float> values)
    {
        var i = 0;

        // What is not finite, less itself, is no number.
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var part = new Vector<float>(values[i..]);
            if (!Vector.EqualsAll(part - part, Vector<float>.Zero))
            {
                break;
            }
        }

        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
