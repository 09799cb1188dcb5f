namespace RenderFarm.Diffusion.Noise;

/// <summary>
/// The noise a clip starts from: the values of PyTorch's CPU randn for the same seed, drawn on the
/// host for each clip, whatever device computes and whatever else is rendered beside it.
/// </summary>
/// <remarks>
/// PyTorch takes logarithm and sine in float, with kernels that differ between processors. Here
/// they are taken in double and rounded once, which any correct mathematics library agrees on;
/// the two differ by less than 4e-7.
/// </remarks>
internal static class GaussianNoise
{
    private const int Block = 16;

    /// <summary>Fills in standard normal values; only the seed's low 32 bits count.</summary>
    public static void Fill(long seed, Span<float> noise)
    {
        var source = new MersenneTwister(unchecked((uint)seed));
        if (noise.Length < Block)
        {
            FillOneByOne(source, noise);
            return;
        }

        for (var i = 0; i < noise.Length; i++)
        {
            noise[i] = source.NextFloat();
        }

        var whole = noise.Length / Block * Block;
        for (var start = 0; start < whole; start += Block)
        {
            Transform(noise.Slice(start, Block));
        }

        // An incomplete last block is drawn again, over the tail of the block before it.
        if (whole < noise.Length)
        {
            var tail = noise[^Block..];
            for (var i = 0; i < Block; i++)
            {
                tail[i] = source.NextFloat();
            }

            Transform(tail);
        }
    }

    // Box and Muller, eight pairs at a time: radii from the first half, angles from the second.
    private static void Transform(Span<float> uniform)
    {
        for (var i = 0; i < Block / 2; i++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1.0 - uniform[i]));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * uniform[i + (Block / 2)]);
            uniform[i] = (float)(radius * cosine);
            uniform[i + (Block / 2)] = (float)(radius * sine);
        }
    }

    private static void FillOneByOne(MersenneTwister source, Span<float> noise)
    {
        for (var i = 0; i < noise.Length; i += 2)
        {
            var turn = source.NextDouble();
            var radius = Math.Sqrt(-2 * Math.Log(1 - source.NextDouble()));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * turn);
            noise[i] = (float)(radius * cosine);
            if (i + 1 < noise.Length)
            {
                noise[i + 1] = (float)(radius * sine);
            }
        }
    }
}
