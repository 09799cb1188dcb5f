using RenderFarm.Diffusion.Pipelines.Takes;

namespace RenderFarm.Diffusion;

/// <summary>
/// A clip whose takes are made and judged, and whose frames are brought to the size and rate of
/// the film as they are read. The pipeline belongs to it until it is disposed.
/// </summary>
public sealed class GeneratedClip : IDisposable
{
    private readonly Func<CancellationToken, IEnumerable<ReadOnlyMemory<byte>>> frames;
    private Action? release;

    internal GeneratedClip(
        KeptTake kept,
        int reusedStepCount,
        ClipTail? tail,
        Func<CancellationToken, IEnumerable<ReadOnlyMemory<byte>>> frames,
        Action release)
    {
        (TakeIndex, Takes, Tail) = (kept.Index, kept.Verdicts, tail);
        ReusedStepCount = reusedStepCount;
        (this.frames, this.release) = (frames, release);
    }

    /// <summary>The take that is kept, from 0.</summary>
    public int TakeIndex { get; }

    /// <summary>What was found of every take, in their order.</summary>
    public IReadOnlyList<TakeVerdict> Takes { get; }

    /// <summary>
    /// Steps, over all takes and since before any checkpoint, that were made of an earlier one's
    /// prediction.
    /// </summary>
    public int ReusedStepCount { get; }

    /// <summary>
    /// What another clip can go on from; null where the model extends no clips, or where fewer
    /// than five of its frames lead up to the film's last.
    /// </summary>
    public ClipTail? Tail { get; }

    /// <summary>
    /// Exactly FrameCount frames of RGB24, Width * Height * 3 bytes each, every one in memory of
    /// its own.
    /// </summary>
    /// <param name="cancellationToken">Ends the clip within one run of a network.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ModelException">The networks cannot do what the manifest says.</exception>
    /// <exception cref="DeviceException">The device failed.</exception>
    /// <exception cref="OutOfDeviceMemoryException">The frames do not fit the device.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Frames(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(release is null, this);
        return frames(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref release, null)?.Invoke();
}
