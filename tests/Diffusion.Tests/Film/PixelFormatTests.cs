using RenderFarm.Diffusion.Pipelines.Film;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Film;

public sealed class PixelFormatTests
{
    [Fact]
    public void ToRgb_EveryLevel_ComesBackExactly()
    {
        var pixels = new byte[256 * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(i / 3);
        }

        var clip = new float[3 * 256];
        PixelFormat.ToPlanes(new RgbImage(256, 1, pixels), clip);

        Assert.Equal((-1f, 1f), (clip[0], clip[255]));
        Assert.Equal(pixels, PixelFormat.ToRgb(clip));
    }

    [Fact]
    public void ToRgb_FrameLongerThanABlock_IsReadFromEveryPlane()
    {
        const int length = 2051;
        var pixels = new byte[3 * length];
        new Random(1).NextBytes(pixels);
        var frame = new float[3 * length];
        PixelFormat.ToPlanes(new RgbImage(length, 1, pixels), frame);

        Assert.Equal(pixels, PixelFormat.ToRgb(frame));
    }

    [Fact]
    public void ToRgb_ValuesBeyondTheEnds_AreClamped()
    {
        // Long enough for whole vectors and a rest.
        var frame = Enumerable.Repeat(new[] { -3f, 0, 3 }, 3 * 11).SelectMany(one => one).ToArray();

        var pixels = PixelFormat.ToRgb(frame);

        for (var pixel = 0; pixel < 33; pixel++)
        {
            byte[] levels = [0, 128, 255];
            var level = levels[pixel % 3];
            Assert.Equal([level, level, level], pixels.AsSpan(3 * pixel, 3));
        }
    }

    [Fact]
    public void ToPlanes_Channels_GoToTheirPlanes()
    {
        var clip = new float[6];

        PixelFormat.ToPlanes(new RgbImage(2, 1, [255, 0, 0, 255, 0, 0]), clip);

        Assert.Equal([1, 1, -1, -1, -1, -1], clip);
    }
}
