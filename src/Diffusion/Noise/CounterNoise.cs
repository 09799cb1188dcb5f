namespace RenderFarm.Diffusion.Noise;

/// <summary>
/// Noise of seed and position alone: value n of call k is found without the values before it, so
/// that a run resumes from the number of calls, and pieces of a tensor can be made anywhere.
/// </summary>
internal sealed class CounterNoise(long seed) : NoiseSource
{
    private const int PerTurn = 4;

    // "RFNC": no position of torch's use of the same generator has it.
    private const uint Domain = 0x52464e43;

    private uint calls;

    public override void Fill(Span<float> noise)
    {
        Fill(seed, calls, noise);
        calls++;
    }

    /// <summary>The values of a call, whatever came before it.</summary>
    public static void Fill(long seed, uint callIndex, Span<float> noise)
    {
        Span<float> turn = stackalloc float[PerTurn];
        for (var start = 0; start < noise.Length; start += PerTurn)
        {
            var (a, b, c, d) = Philox.At(
                (uint)(start / PerTurn), callIndex, 0, Domain, unchecked((ulong)seed));
            (turn[0], turn[1]) = Philox.Normal(a, b);
            (turn[2], turn[3]) = Philox.Normal(c, d);
            turn[..Math.Min(PerTurn, noise.Length - start)].CopyTo(noise[start..]);
        }
    }

    public override uint[] Save() => [calls];

    public override void Restore(ReadOnlySpan<uint> state)
    {
        Expect("State of counter noise", 1, state.Length);
        calls = state[0];
    }
}
