namespace RenderFarm.Diffusion.Pipelines.Film;

/// <summary>Between a clip and the image that holds its last frames side by side.</summary>
internal static class TailStrip
{
    /// <summary>The frames up to one of a clip; null where too few lead up to it.</summary>
    public static RgbImage? Cut(DecodedClip clip, int lastFrame)
    {
        var first = lastFrame - ClipTail.FrameCount + 1;
        if (first < 0)
        {
            return null;
        }

        var (rowLength, stripLength) = (3 * clip.Width, 3 * ClipTail.FrameCount * clip.Width);
        var strip = new byte[clip.Height * stripLength];
        var frame = new float[clip.FrameLength];
        for (var index = 0; index < ClipTail.FrameCount; index++)
        {
            clip.CopyFrame(first + index, frame);
            var pixels = PixelFormat.ToRgb(frame);
            for (var row = 0; row < clip.Height; row++)
            {
                pixels.AsSpan(row * rowLength, rowLength)
                    .CopyTo(strip.AsSpan((row * stripLength) + (index * rowLength)));
            }
        }

        return new RgbImage(ClipTail.FrameCount * clip.Width, clip.Height, strip);
    }

    /// <summary>The frames of a strip as a clip.</summary>
    public static DecodedClip Read(RgbImage strip)
    {
        var (count, width, height) =
            (ClipTail.FrameCount, strip.Width / ClipTail.FrameCount, strip.Height);
        var values = new float[3 * count * width * height];
        for (var i = 0; i < values.Length; i++)
        {
            var (row, x) = Math.DivRem(i, width);
            var (plane, y) = Math.DivRem(row, height);
            var (channel, frame) = Math.DivRem(plane, count);
            var pixel = (y * strip.Width) + (frame * width) + x;
            values[i] = PixelFormat.ToLevel(strip.Pixels[(3 * pixel) + channel]);
        }

        return new DecodedClip(values, count, width, height);
    }
}
