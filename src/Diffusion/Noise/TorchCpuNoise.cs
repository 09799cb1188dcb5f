namespace RenderFarm.Diffusion.Noise;

/// <summary>
/// The values of PyTorch's randn with a generator on the CPU, call for call, whatever device
/// computes; only the seed's low 32 bits count.
/// </summary>
/// <remarks>
/// PyTorch takes logarithm and sine in float, with kernels that differ between processors. Here
/// they are taken in double and rounded once, which any correct mathematics library agrees on;
/// the two differ by less than 4e-7.
/// </remarks>
internal sealed class TorchCpuNoise(long seed) : NoiseSource
{
    private const int Block = 16;
    private const int LeftWords = 3;

    private readonly MersenneTwister source = new(unchecked((uint)seed));

    // The second of a pair that a call for fewer than 16 values did not need.
    private double? left;

    public override void Fill(Span<float> noise)
    {
        if (noise.Length < Block)
        {
            FillOneByOne(noise);
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

    public override uint[] Save()
    {
        var bits = BitConverter.DoubleToUInt64Bits(left ?? 0);
        return [.. source.Save(), left is null ? 0u : 1u, (uint)bits, (uint)(bits >> 32)];
    }

    public override void Restore(ReadOnlySpan<uint> state)
    {
        Expect("State of torch-cpu noise", MersenneTwister.StateLength + LeftWords, state.Length);
        source.Restore(state[..MersenneTwister.StateLength]);
        var rest = state[MersenneTwister.StateLength..];
        left = rest[0] == 0
            ? null
            : BitConverter.UInt64BitsToDouble(rest[1] | ((ulong)rest[2] << 32));
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

    private void FillOneByOne(Span<float> noise)
    {
        foreach (ref var value in noise)
        {
            if (left is { } kept)
            {
                (value, left) = ((float)kept, null);
                continue;
            }

            var turn = source.NextDouble();
            var radius = Math.Sqrt(-2 * Math.Log(1 - source.NextDouble()));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * turn);
            (value, left) = ((float)(radius * cosine), radius * sine);
        }
    }
}
