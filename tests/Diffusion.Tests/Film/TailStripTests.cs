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

    [Fact]
    public void Begin_WithAnotherClip_ReplacesItsFirstFramesAndEasesTheRest()
    {
        // Two frames of one pixel are replaced; of the ten that follow, eight are eased.
        var clip = new DecodedClip(new float[3 * 12], 12, 1, 1);

        clip.Begin(new DecodedClip([1, 9, 2, 0, 3, -9], 2, 1, 1));

        Assert.Equal([1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0], clip.Values[..12].Select(Rounded));
        Assert.Equal([2, 0, 0, 0], clip.Values[12..16].Select(Rounded));
        Assert.Equal([3, -9, -8, -7], clip.Values[24..28].Select(Rounded));
    }

    [Fact]
    public void Begin_WithFramesThatTheClipHas_ChangesNothing()
    {
        float[] values = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        var clip = new DecodedClip([.. values], 3, 1, 1);

        clip.Begin(new DecodedClip([1, 2, 4, 5, 7, 8], 2, 1, 1));

        Assert.Equal(values, clip.Values);
    }

    private static double Rounded(float value) => Math.Round(value, 4);
}
