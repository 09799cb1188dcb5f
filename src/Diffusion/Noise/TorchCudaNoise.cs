namespace RenderFarm.Diffusion.Noise;

/// <summary>
/// The values of PyTorch's randn with a generator on a CUDA device: Philox, with thread i of the
/// kernel as its subsequence. Value n is drawn by thread n; a tensor with more values than the
/// device has threads wraps, and a thread then gives up to four values a turn.
/// </summary>
/// <remarks>
/// Logarithm and sine are taken in double here and by approximate units there: values differ by
/// less than 2e-6.
/// </remarks>
/// <param name="seed">All 64 bits count.</param>
/// <param name="threadCount">
/// Threads of the largest grid: 2048 for each multiprocessor. Only larger tensors depend on it.
/// </param>
internal sealed class TorchCudaNoise(long seed, int threadCount = TorchCudaNoise.UsualThreads)
    : NoiseSource
{
    /// <summary>Of H100 and H200: 132 multiprocessors.</summary>
    public const int UsualThreads = 132 * 2048;

    private const int BlockSize = 256;
    private const int PerTurn = 4;
    private const int StateLength = 2;

    private ulong turns;

    public override void Fill(Span<float> noise)
    {
        var blocks = (noise.Length + BlockSize - 1) / BlockSize;
        var threads = Math.Min(blocks * BlockSize, threadCount);
        for (var i = 0; i < noise.Length; i++)
        {
            var (round, thread) = Math.DivRem(i, threads);
            var (turn, part) = Math.DivRem(round, PerTurn);
            var at = turns + (uint)turn;
            var (a, b, c, d) = Philox.At(
                (uint)at, (uint)(at >> 32), (uint)thread, 0, unchecked((ulong)seed));
            var (sine, cosine) = part < 2 ? Philox.Normal(a, b) : Philox.Normal(c, d);
            noise[i] = part % 2 == 0 ? sine : cosine;
        }

        turns += (ulong)(((noise.Length - 1) / (threads * PerTurn)) + 1);
    }

    public override uint[] Save() => [(uint)turns, (uint)(turns >> 32)];

    public override void Restore(ReadOnlySpan<uint> state)
    {
        Expect("State of torch-cuda noise", StateLength, state.Length);
        turns = state[0] | ((ulong)state[1] << 32);
    }
}
