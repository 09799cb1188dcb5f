using RenderFarm.Contracts.Film;

namespace RenderFarm.Worker.Rendering;

/// <summary>
/// Looks at the frames of a clip as they pass. A wrong size is a fault of the pipeline; a black or
/// frozen clip may be what was asked for, and is only told.
/// </summary>
internal sealed class FrameCheck(FrameSize size)
{
    // Half of video black, which is 16 in limited range: darker is black beyond doubt.
    private const byte DarkestPicture = 8;

    private ReadOnlyMemory<byte> first;
    private bool allBlack = true;
    private bool allSame = true;

    public int FrameByteCount { get; } = size.Width * size.Height * 3;

    public int FrameCount { get; private set; }

    public bool IsBlack => FrameCount > 0 && allBlack;

    public bool IsFrozen => FrameCount > 1 && allSame;

    /// <exception cref="BadFramesException">The frame is not of the size asked for.</exception>
    public void Add(ReadOnlyMemory<byte> frame)
    {
        if (frame.Length != FrameByteCount)
        {
            throw new BadFramesException(
                $"frame {FrameCount}: expected {FrameByteCount} bytes, found {frame.Length}");
        }

        allBlack = allBlack && !frame.Span.ContainsAnyExceptInRange((byte)0, DarkestPicture);
        first = FrameCount == 0 ? frame : first;
        allSame = allSame && frame.Span.SequenceEqual(first.Span);
        FrameCount++;
    }
}
