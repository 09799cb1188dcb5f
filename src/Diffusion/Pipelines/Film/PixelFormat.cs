using System.Numerics;

namespace RenderFarm.Diffusion.Pipelines.Film;

/// <summary>Between bytes, channel by channel in each pixel, and planes of -1 to 1.</summary>
internal static class PixelFormat
{
    // Three planes of it stay in the first cache while they are woven together.
    private const int Block = 1024;

    /// <summary>An image as a clip of one frame, [3, 1, H, W].</summary>
    public static void ToPlanes(RgbImage image, Span<float> clip) =>
        ToPlanes(image, clip, frameIndex: 0, frameCount: 1);

    /// <summary>An image as one frame of a clip, [3, T, H, W].</summary>
    public static void ToPlanes(RgbImage image, Span<float> clip, int frameIndex, int frameCount)
    {
        var length = image.Width * image.Height;
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = clip.Slice(((channel * frameCount) + frameIndex) * length, length);
            for (var i = 0; i < length; i++)
            {
                plane[i] = ToLevel(image.Pixels[(i * 3) + channel]);
            }
        }
    }

    /// <summary>One channel's value of -1 to 1.</summary>
    public static float ToLevel(byte value) => (value / 127.5f) - 1;

    /// <summary>One frame, [3, H, W], as RGB24.</summary>
    public static byte[] ToRgb(ReadOnlySpan<float> frame)
    {
        var length = frame.Length / 3;
        var pixels = GC.AllocateUninitializedArray<byte>(frame.Length);
        Span<int> values = stackalloc int[3 * Block];
        for (var start = 0; start < length; start += Block)
        {
            var count = Math.Min(Block, length - start);
            for (var channel = 0; channel < 3; channel++)
            {
                ToBytes(
                    frame.Slice((channel * length) + start, count), values[(channel * Block)..]);
            }

            var block = pixels.AsSpan(3 * start, 3 * count);
            for (var i = 0; i < count; i++)
            {
                block[3 * i] = (byte)values[i];
                block[(3 * i) + 1] = (byte)values[Block + i];
                block[(3 * i) + 2] = (byte)values[(2 * Block) + i];
            }
        }

        return pixels;
    }

    private static void ToBytes(ReadOnlySpan<float> levels, Span<int> values)
    {
        var i = 0;
        for (; i <= levels.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var value = (new Vector<float>(levels[i..]) * 127.5f) + new Vector<float>(128);
            var clamped = Vector.Min(
                Vector.Max(value, Vector<float>.Zero), new Vector<float>(255));
            Vector.ConvertToInt32(clamped).CopyTo(values[i..]);
        }

        for (; i < levels.Length; i++)
        {
            values[i] = (int)Math.Clamp((levels[i] * 127.5f) + 128, 0, 255);
        }
    }
}
