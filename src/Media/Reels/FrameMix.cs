using RenderFarm.Contracts.Film;

namespace RenderFarm.Media.Reels;

/// <summary>Mixes frames, 4:2:0 planar, limited range, as transitions do.</summary>
internal static class FrameMix
{
    private const int One = 1 << 16;
    private const byte BlackLuma = 16;
    private const byte BlackChroma = 128;

    /// <summary>Bytes of a frame: luma, then two planes of a quarter of its size.</summary>
    public static int ByteCount(FrameSize size) => checked((int)(size.PixelCount * 3 / 2));

    /// <summary>A black frame.</summary>
    public static byte[] Black(FrameSize size)
    {
        var frame = new byte[ByteCount(size)];
        var luma = (int)size.PixelCount;
        frame.AsSpan(0, luma).Fill(BlackLuma);
        frame.AsSpan(luma).Fill(BlackChroma);
        return frame;
    }

    /// <summary>Mixes two frames, rounded to the nearest.</summary>
    /// <param name="from">The frame at weight 0.</param>
    /// <param name="to">The frame at weight 1.</param>
    /// <param name="part">The weight's numerator.</param>
    /// <param name="whole">The weight's denominator.</param>
    /// <param name="mixed">Where the result goes.</param>
    public static void Mix(
        ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, int part, int whole, Span<byte> mixed)
    {
        var weight = (int)(((long)part * One + (whole / 2)) / whole);
        for (var index = 0; index < mixed.Length; index++)
        {
            mixed[index] = (byte)(
                ((from[index] * (One - weight)) + (to[index] * weight) + (One / 2)) >> 16);
        }
    }
}
