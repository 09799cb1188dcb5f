using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.Wan;

/// <summary>
/// Pictures of bytes at another size, by cubic interpolation over as many pixels as become one:
/// row by row, then column by column, rounded to bytes after each. Pillow: BICUBIC, whose weights
/// are whole numbers too, so that each byte is the one that training saw.
/// </summary>
internal static class ByteResize
{
    private const double Sharpness = -0.5;
    private const double Reach = 2;
    private const int WeightBits = 22;

    public static RgbImage Of(RgbImage image, int width, int height)
    {
        var narrow = new byte[3 * width * image.Height];
        Pass(
            image.Pixels,
            narrow,
            Weights(image.Width, width),
            (Count: image.Height, From: 3 * image.Width, To: 3 * width),
            step: 3);
        var pixels = new byte[3 * width * height];
        Pass(narrow, pixels, Weights(image.Height, height), (width, 3, 3), step: 3 * width);
        return new RgbImage(width, height, pixels);
    }

    /// <summary>Makes every line of a picture longer or shorter.</summary>
    /// <param name="from">The picture.</param>
    /// <param name="to">Becomes it.</param>
    /// <param name="weights">What each pixel of a line takes from where.</param>
    /// <param name="lines">How many lines, and bytes from one to the next.</param>
    /// <param name="step">Bytes from one pixel of a line to the next.</param>
    private static void Pass(
        byte[] from,
        byte[] to,
        (int First, int[] Weights)[] weights,
        (int Count, int From, int To) lines,
        int step)
    {
        for (var line = 0; line < lines.Count; line++)
        {
            for (var place = 0; place < weights.Length; place++)
            {
                var (first, shares) = weights[place];
                for (var channel = 0; channel < 3; channel++)
                {
                    var at = (line * lines.From) + (first * step) + channel;
                    var sum = 1 << (WeightBits - 1);
                    foreach (var share in shares)
                    {
                        sum += share * from[at];
                        at += step;
                    }

                    to[(line * lines.To) + (place * step) + channel] =
                        (byte)Math.Clamp(sum >> WeightBits, 0, 255);
                }
            }
        }
    }

    private static (int First, int[] Weights)[] Weights(int from, int to)
    {
        var ratio = (double)from / to;
        var spread = Math.Max(1, ratio);
        return [.. Enumerable.Range(0, to).Select(place =>
        {
            var middle = (place + 0.5) * ratio;
            var first = Math.Max(0, (int)(middle - (Reach * spread) + 0.5));
            var last = Math.Min(from, (int)(middle + (Reach * spread) + 0.5));
            var weights = Enumerable.Range(first, last - first)
                .Select(at => CubicWeight.Of(Math.Abs(at + 0.5 - middle) / spread, Sharpness))
                .ToArray();
            var sum = weights.Sum();
            return (first, weights
                .Select(weight => (int)Math.Round(
                    weight / sum * (1 << WeightBits), MidpointRounding.AwayFromZero))
                .ToArray());
        })];
    }
}
