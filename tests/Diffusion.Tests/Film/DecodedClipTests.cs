using RenderFarm.Diffusion.Pipelines.Film;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Film;

public sealed class DecodedClipTests
{
    [Fact]
    public void Begin_WithAnotherClip_ReplacesItsFirstFramesAndEasesTheRest()
    {
        // Two frames of one pixel are replaced; of the ten that follow, eight are eased.
        var clip = Black(12);

        clip.Begin(new DecodedClip([1, 9, 2, 0, 3, -9], 2, 1, 1));

        Assert.Equal([1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0], clip.Values[..12].Select(Rounded));
        Assert.Equal([2, 0, 0, 0], clip.Values[12..16].Select(Rounded));
        Assert.Equal([3, -9, -8, -7], clip.Values[24..28].Select(Rounded));
    }

    [Fact]
    public void End_WithAPicture_ReplacesTheLastFrameAndEasesThoseBefore()
    {
        var clip = Black(12);

        clip.End(new DecodedClip([9, 0, -9], 1, 1, 1));

        Assert.Equal([0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], clip.Values[..12].Select(Rounded));
        Assert.Equal([-7, -8, -9], clip.Values[33..].Select(Rounded));
    }

    [Fact]
    public void BeginAndEnd_OfAShortClip_LeaveTheOtherEndAsItIs()
    {
        var clip = Black(4);

        clip.Begin(new DecodedClip([9, 9, 9], 1, 1, 1));
        clip.End(new DecodedClip([3, 3, 3], 1, 1, 1));

        Assert.Equal([9, 7, 5, 3], clip.Values[..4].Select(Rounded));
    }

    [Fact]
    public void BeginAndEnd_OfOneFrame_ReplaceIt()
    {
        var clip = Black(1);

        clip.Begin(new DecodedClip([9, 8, 7], 1, 1, 1));
        clip.End(new DecodedClip([3, 2, 1], 1, 1, 1));

        Assert.Equal([3, 2, 1], clip.Values);
    }

    [Fact]
    public void Begin_WithFramesThatTheClipHas_ChangesNothing()
    {
        float[] values = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        var clip = new DecodedClip([.. values], 3, 1, 1);

        clip.Begin(new DecodedClip([1, 2, 4, 5, 7, 8], 2, 1, 1));

        Assert.Equal(values, clip.Values);
    }

    private static DecodedClip Black(int frameCount) =>
        new(new float[3 * frameCount], frameCount, 1, 1);

    private static double Rounded(float value) => Math.Round(value, 4);
}
