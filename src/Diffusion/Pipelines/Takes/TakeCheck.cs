using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Takes;

/// <summary>
/// Looks for what no viewer would accept. A clip can be black or still because that was asked for,
/// so a fault is told, and decides between takes, but fails nothing.
/// </summary>
internal static class TakeCheck
{
    // On a scale of 0 to 1. Half of video black, which is 16 in limited range, is black beyond
    // doubt; two levels of 255 are less than what coding loses.
    private const double Darkest = 8 / 255.0;
    private const double LeastSpread = 2 / 255.0;
    private const double LeastChange = 0.2 / 255.0;
    private const double Flash = 12 / 255.0;

    /// <summary>Checks the frames of a clip that are seen.</summary>
    public static TakeFault? FaultOf(DecodedClip clip, FilmSpan span)
    {
        var (first, count) = (span.FirstModelFrame, span.LastModelFrame - span.FirstModelFrame + 1);
        var brightness = new double[count];
        var (isBlack, isUniform, isFrozen) = (true, true, count > 1);
        for (var i = 0; i < count; i++)
        {
            var (mean, spread) = Measure(clip, first + i);
            if (!double.IsFinite(mean) || !double.IsFinite(spread))
            {
                return TakeFault.NotFinite;
            }

            brightness[i] = mean;
            isBlack = isBlack && mean < Darkest && spread < LeastSpread;
            isUniform = isUniform && spread < LeastSpread;
            isFrozen = isFrozen && (i == 0 || Change(clip, first + i) < LeastChange);
        }

        return isBlack ? TakeFault.Black
            : isUniform ? TakeFault.Uniform
            : isFrozen ? TakeFault.Frozen
            : IsStrobing(brightness) ? TakeFault.Strobing
            : null;
    }

    /// <summary>
    /// Most frames flash: lighter or darker, by a visible amount, than both their neighbours. A
    /// single flash, such as a lightning, is none.
    /// </summary>
    public static bool IsStrobing(ReadOnlySpan<double> brightness)
    {
        var flashCount = 0;
        for (var i = 1; i < brightness.Length - 1; i++)
        {
            var (before, after) =
                (brightness[i] - brightness[i - 1], brightness[i] - brightness[i + 1]);
            if (before * after > 0 && Math.Min(Math.Abs(before), Math.Abs(after)) > Flash)
            {
                flashCount++;
            }
        }

        return flashCount > 1 && 2 * flashCount >= brightness.Length - 2;
    }

    /// <summary>A frame's luminance, and the standard deviation of its busiest channel.</summary>
    private static (double Mean, double Spread) Measure(DecodedClip clip, int frameIndex)
    {
        ReadOnlySpan<double> weights = [0.2126, 0.7152, 0.0722];
        var (luminance, spread) = (0.0, 0.0);
        for (var channel = 0; channel < 3; channel++)
        {
            var (sum, squares) = (0.0, 0.0);
            foreach (var level in clip.Plane(frameIndex, channel))
            {
                var value = float.IsFinite(level) ? Math.Clamp((level + 1) / 2, 0, 1) : level;
                sum += value;
                squares += (double)value * value;
            }

            var mean = sum / clip.PlaneLength;
            var variance = Math.Max(0, (squares / clip.PlaneLength) - (mean * mean));
            luminance += weights[channel] * mean;
            spread = Math.Max(spread, Math.Sqrt(variance));
        }

        return (luminance, spread);
    }

    /// <summary>The mean difference from the frame before.</summary>
    private static double Change(DecodedClip clip, int frameIndex)
    {
        var sum = 0.0;
        for (var channel = 0; channel < 3; channel++)
        {
            var before = clip.Plane(frameIndex - 1, channel);
            var now = clip.Plane(frameIndex, channel);
            for (var i = 0; i < now.Length; i++)
            {
                sum += Math.Abs(now[i] - before[i]) / 2;
            }
        }

        return sum / clip.FrameLength;
    }
}
