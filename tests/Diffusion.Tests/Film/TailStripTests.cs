using RenderFarm.Diffusion.Pipelines.Film;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Film;

public sealed class TailStripTests
{
    [Fact]
    public void Cut_LastFrames_StandSideBySide()
    {
        // Six frames of 2x1 pixels, each of the level of its number; the second pixel is darker.
        var clip = new DecodedClip(new float[3 * 6 * 2], 6, 2, 1);
        for (var i = 0; i < clip.Values.Length; i++)
        {
            var level = (byte)((10 * (i / 2 % 6)) + (i % 2));
            clip.Values[i] = PixelFormat.ToLevel(level);
        }

        var strip = TailStrip.Cut(clip, lastFrame: 5)!;

        byte[] expected = [10, 11, 20, 21, 30, 31, 40, 41, 50, 51];
        Assert.Equal((10, 1), (strip.Width, strip.Height));
        Assert.Equal(expected.SelectMany(level => new[] { level, level, level }), strip.Pixels);
    }

    [Fact]
    public void Cut_FewerThanFiveFrames_IsNone() =>
        Assert.Null(TailStrip.Cut(new DecodedClip(new float[3 * 6], 6, 1, 1), lastFrame: 3));

    [Fact]
    public void Read_Strip_GivesTheFramesThatWereCut()
    {
        var pixels = new byte[3 * 5 * 4 * 3];
        new Random(2).NextBytes(pixels);
        var strip = new RgbImage(5 * 4, 3, pixels);

        var clip = TailStrip.Read(strip);

        Assert.Equal((5, 4, 3), (clip.FrameCount, clip.Width, clip.Height));
        Assert.Equal(pixels, TailStrip.Cut(clip, lastFrame: 4)!.Pixels);
    }
}
