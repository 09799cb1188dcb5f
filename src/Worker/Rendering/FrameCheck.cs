using RenderFarm.Contracts.Film;

namespace RenderFarm.Worker.Rendering;

/// <summary>
/// Looks at the frames of a clip as they pass: a wrong size or number is a fault of the pipeline.
/// </summary>
internal sealed class FrameCheck(FrameSize size, int frameCount)
{
    private int seenCount;

    public int FrameByteCount { get; } = size.Width * size.Height * 3;

    /// <exception cref="BadFramesException">The frame is not of the size asked for.</exception>
    public void Add(ReadOnlyMemory<byte> frame)
    {
        if (frame.Length != FrameByteCount)
        {
            throw new BadFramesException(
                $"frame {seenCount}: expected {FrameByteCount} bytes, found {frame.Length}");
        }

        seenCount++;
    }

    /// <exception cref="BadFramesException">There were more or fewer than asked for.</exception>
    public void Finish()
    {
        if (seenCount != frameCount)
        {
            throw new BadFramesException($"expected {frameCount} frames, found {seenCount}");
        }
    }
}
