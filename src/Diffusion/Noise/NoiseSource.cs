namespace RenderFarm.Diffusion.Noise;

/// <summary>
/// A stream of standard normal values for one item: its seed alone decides them, not the batch
/// that it is rendered in and not the device. Every call goes on where the last one ended.
/// </summary>
internal abstract class NoiseSource
{
    /// <summary>Fills with the next values, as one tensor of that many.</summary>
    public abstract void Fill(Span<float> noise);

    /// <summary>Where the stream stands, for a checkpoint.</summary>
    public abstract uint[] Save();

    /// <summary>Goes on from where another stream of the same seed stood.</summary>
    /// <exception cref="CheckpointException">It is no such state.</exception>
    public abstract void Restore(ReadOnlySpan<uint> state);

    /// <summary>A stream from its start.</summary>
    /// <param name="kind">Whose values.</param>
    /// <param name="seed">Of the item.</param>
    public static NoiseSource Create(NoiseKind kind, long seed) => kind switch
    {
        NoiseKind.TorchCpu => new TorchCpuNoise(seed),
        NoiseKind.TorchCuda => new TorchCudaNoise(seed),
        NoiseKind.Counter => new CounterNoise(seed),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such source."),
    };

    private protected static void Expect(string what, int expected, int found)
    {
        if (found != expected)
        {
            throw new CheckpointException($"{what}: expected {expected}, found {found}");
        }
    }
}
