using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Takes;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Takes;

public sealed class TakeCheckTests
{
    private const int Side = 8;

    private static readonly FilmSpan Span = FilmSpan.Of(
        Pipelines.VideoRequests.Small with { FrameCount = 9 },
        new() { Multiple = 4, Offset = 1, Minimum = 1, Maximum = 33 });

    [Fact]
    public void FaultOf_MovingPicture_IsNone() =>
        Assert.Null(FaultOf((frame, x) => x < frame ? 200 : 50));

    [Fact]
    public void FaultOf_DarkNoise_IsBlack() =>
        Assert.Equal(TakeFault.Black, FaultOf((frame, x) => (frame + x) % 3));

    [Fact]
    public void FaultOf_BlackWithOneBrightFrame_IsNotBlack() =>
        Assert.NotEqual(TakeFault.Black, FaultOf((frame, x) => frame == 4 && x > 3 ? 99 : 0));

    [Fact]
    public void FaultOf_OneColour_IsUniform() =>
        Assert.Equal(TakeFault.Uniform, FaultOf((frame, _) => 90 + frame));

    [Fact]
    public void FaultOf_OnePicture_IsFrozen() =>
        Assert.Equal(TakeFault.Frozen, FaultOf((_, x) => 20 * x));

    [Fact]
    public void FaultOf_BrightAndDarkByTurns_IsStrobing() =>
        Assert.Equal(TakeFault.Strobing, FaultOf((frame, x) => (20 * x) + (frame % 2 * 30)));

    [Fact]
    public void FaultOf_OneFlash_IsNone() =>
        Assert.Null(FaultOf((frame, x) => (20 * x) + (frame == 4 ? 90 : 0)));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void FaultOf_NoNumber_IsNotFinite(float value)
    {
        var clip = Clip((_, x) => 20 * x);
        clip.Values[^1] = value;

        Assert.Equal(TakeFault.NotFinite, TakeCheck.FaultOf(clip, Span));
    }

    [Fact]
    public void FaultOf_OneFrame_IsNotFrozen()
    {
        var span = FilmSpan.Of(
            Pipelines.VideoRequests.Small with { FrameCount = 1 },
            new() { Multiple = 4, Offset = 1, Minimum = 1, Maximum = 33 });

        Assert.Null(TakeCheck.FaultOf(Clip((_, x) => 20 * x), span));
    }

    private static TakeFault? FaultOf(Func<int, int, int> level) =>
        TakeCheck.FaultOf(Clip(level), Span);

    /// <summary>Nine frames of grey columns: frame and column to a level of 0 to 255.</summary>
    private static DecodedClip Clip(Func<int, int, int> level)
    {
        var values = new float[3 * 9 * Side * Side];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = PixelFormat.ToLevel((byte)level(i / (Side * Side) % 9, i % Side));
        }

        return new DecodedClip(values, 9, Side, Side);
    }
}
