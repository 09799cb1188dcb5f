namespace RenderFarm.Diffusion.Noise;

/// <summary>
/// MT19937, seeded as PyTorch seeds its CPU generator, so that a seed means here what it means
/// there. http://www.math.sci.hiroshima-u.ac.jp/m-mat/MT/emt.html
/// </summary>
internal sealed class MersenneTwister
{
    /// <summary>How many words say where the generator stands.</summary>
    public const int StateLength = Length + 1;

    private const int Length = 624;
    private const int Middle = 397;

    private readonly uint[] state = new uint[Length];
    private int index = Length;

    public MersenneTwister(uint seed)
    {
        state[0] = seed;
        for (var i = 1; i < Length; i++)
        {
            var before = state[i - 1];
            state[i] = unchecked((1812433253u * (before ^ (before >> 30))) + (uint)i);
        }
    }

    public uint Next()
    {
        if (index == Length)
        {
            Turn();
        }

        var y = state[index++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        return y ^ (y >> 18);
    }

    /// <summary>From 0 to 1, with the 24 bits that a float holds.</summary>
    public float NextFloat() => (Next() & 0xffffff) * (1f / (1 << 24));

    /// <summary>From 0 to 1, with the 53 bits that a double holds.</summary>
    public double NextDouble()
    {
        var bits = ((ulong)Next() << 32) | Next();
        return (bits & ((1ul << 53) - 1)) * (1.0 / (1ul << 53));
    }

    public uint[] Save() => [.. state, (uint)index];

    public void Restore(ReadOnlySpan<uint> saved)
    {
        saved[..Length].CopyTo(state);
        index = (int)Math.Min(saved[Length], Length);
    }

    private void Turn()
    {
        for (var i = 0; i < Length; i++)
        {
            var y = (state[i] & 0x80000000u) | (state[(i + 1) % Length] & 0x7fffffffu);
            var twist = (y & 1) == 0 ? 0 : 0x9908b0dfu;
            state[i] = state[(i + Middle) % Length] ^ (y >> 1) ^ twist;
        }

        index = 0;
    }
}
