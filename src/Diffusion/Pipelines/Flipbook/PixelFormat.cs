namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>Between bytes, channel by channel in each pixel, and planes of -1 to 1.</summary>
internal static class PixelFormat
{
    /// <summary>An image as a clip of one frame, [3, 1, H, W].</summary>
    public static void ToPlanes(RgbImage image, Span<float> clip)
    {
        var length = image.Width * image.Height;
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = clip.Slice(channel * length, length);
            for (var i = 0; i < length; i++)
            {
                plane[i] = (image.Pixels[(i * 3) + channel] / 127.5f) - 1;
            }
        }
    }

    /// <summary>One frame of a clip, [3, T, H, W], as RGB24.</summary>
    public static byte[] ToRgb(ReadOnlySpan<float> clip, int frameIndex, int frameLength)
    {
        var frameCount = clip.Length / (3 * frameLength);
        var pixels = new byte[3 * frameLength];
        for (var channel = 0; channel < 3; channel++)
        {
            var start = ((channel * frameCount) + frameIndex) * frameLength;
            var plane = clip.Slice(start, frameLength);
            for (var i = 0; i < plane.Length; i++)
            {
                var level = Math.Clamp((plane[i] * 127.5f) + 128, 0, 255);
                pixels[(i * 3) + channel] = (byte)level;
            }
        }

        return pixels;
    }
}
