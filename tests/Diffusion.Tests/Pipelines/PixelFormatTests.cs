using RenderFarm.Diffusion.Pipelines.Flipbook;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines;

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
        Assert.Equal(pixels, PixelFormat.ToRgb(clip, 0, 256));
    }

    [Fact]
    public void ToRgb_SecondFrame_IsReadFromEveryPlane()
    {
        var frame = PixelFormat.ToRgb([-1, 1, -1, -1, -1, 1], 1, 1);

        Assert.Equal([255, 0, 255], frame);
    }

    [Fact]
    public void ToRgb_ValuesBeyondTheEnds_AreClamped()
    {
        var frame = PixelFormat.ToRgb([-3, 0, 3], 0, 1);

        Assert.Equal([0, 128, 255], frame);
    }

    [Fact]
    public void ToPlanes_Channels_GoToTheirPlanes()
    {
        var clip = new float[6];

        PixelFormat.ToPlanes(new RgbImage(2, 1, [255, 0, 0, 255, 0, 0]), clip);

        Assert.Equal([1, 1, -1, -1, -1, -1], clip);
    }
}
