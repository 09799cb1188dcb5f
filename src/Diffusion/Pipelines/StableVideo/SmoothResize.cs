using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.StableVideo;

/// <summary>
/// Makes pictures smaller as the image encoder's training did: smoothed by a bell curve as wide as
/// the reduction asks for, then read at fewer places by cubic interpolation, corners on corners.
/// diffusers: _resize_with_antialiasing.
/// </summary>
internal static class SmoothResize
{
    private const double LeastSigma = 0.001;

    private const double Sharpness = -0.75;

    /// <summary>The first frame of a clip to a square, [3, S, S].</summary>
    public static float[] Square(DecodedClip picture, int size)
    {
        var square = new float[3 * size * size];
        for (var channel = 0; channel < 3; channel++)
        {
            Plane(
                picture.Plane(0, channel),
                picture.Width,
                picture.Height,
                square.AsSpan(channel * size * size, size * size),
                size);
        }

        return square;
    }

    /// <summary>One channel, [H, W], to a square.</summary>
    /// <param name="plane">The channel.</param>
    /// <param name="width">Its W.</param>
    /// <param name="height">Its H.</param>
    /// <param name="square">Becomes [S, S].</param>
    /// <param name="size">S.</param>
    public static void Plane(
        ReadOnlySpan<float> plane, int width, int height, Span<float> square, int size)
    {
        var (columns, rows) = (Shares(width, size), Shares(height, size));
        var narrow = new double[height * size];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var sum = 0.0;
                foreach (var (at, share) in columns[x])
                {
                    sum += share * plane[(y * width) + at];
                }

                narrow[(y * size) + x] = sum;
            }
        }

        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var sum = 0.0;
                foreach (var (at, share) in rows[y])
                {
                    sum += share * narrow[(at * size) + x];
                }

                square[(y * size) + x] = (float)sum;
            }
        }
    }

    /// <summary>What each of fewer places takes from which of the many.</summary>
    private static (int At, double Share)[][] Shares(int from, int to)
    {
        var bell = Bell(from, to);
        var step = to > 1 ? (from - 1.0) / (to - 1) : 0;
        return [.. Enumerable.Range(0, to).Select(place =>
        {
            var first = (int)Math.Floor(place * step);
            SortedDictionary<int, double> shares = [];
            for (var tap = -1; tap <= 2; tap++)
            {
                var cubic = CubicWeight.Of(
                    Math.Abs((place * step) - first - tap), Sharpness);
                var middle = Math.Clamp(first + tap, 0, from - 1);
                for (var i = 0; i < bell.Length; i++)
                {
                    // Beyond an edge lies the mirror image.
                    var at = Math.Abs(middle + i - (bell.Length / 2));
                    at = Math.Min(at, (2 * (from - 1)) - at);
                    shares[at] = shares.GetValueOrDefault(at) + (cubic * bell[i]);
                }
            }

            return shares.Where(pair => pair.Value != 0)
                .Select(pair => (pair.Key, pair.Value)).ToArray();
        })];
    }

    private static double[] Bell(int from, int to)
    {
        var sigma = Math.Max((((double)from / to) - 1) / 2, LeastSigma);
        var count = (int)Math.Max(4 * sigma, 3) | 1;
        var bell = Enumerable.Range(-(count / 2), count)
            .Select(offset => Math.Exp(-(double)offset * offset / (2 * sigma * sigma)))
            .ToArray();
        var sum = bell.Sum();
        return [.. bell.Select(value => value / sum)];
    }
}
