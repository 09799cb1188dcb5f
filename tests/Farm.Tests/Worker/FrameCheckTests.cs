using RenderFarm.Contracts.Film;
using RenderFarm.Worker.Rendering;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

public sealed class FrameCheckTests
{
    private readonly FrameCheck check = new(new FrameSize(4, 2));

    [Fact]
    public void Add_WrongSize_Throws() =>
        Assert.Throws<BadFramesException>(() => check.Add(new byte[23]));

    [Fact]
    public void Clip_OfDarkFrames_IsBlack()
    {
        check.Add(Frame(0));
        check.Add(Frame(8));

        Assert.True(check.IsBlack);
        Assert.False(check.IsFrozen);
    }

    [Fact]
    public void Clip_WithOneBrightPixel_IsNotBlack()
    {
        check.Add(Frame(0));
        var frame = Frame(0);
        frame[5] = 9;
        check.Add(frame);

        Assert.False(check.IsBlack);
    }

    [Fact]
    public void Clip_OfOnePicture_IsFrozen()
    {
        check.Add(Frame(90));
        check.Add(Frame(90));

        Assert.True(check.IsFrozen);
    }

    [Fact]
    public void Clip_OfOneFrame_IsNotFrozen()
    {
        check.Add(Frame(90));

        Assert.False(check.IsFrozen);
    }

    private static byte[] Frame(byte level)
    {
        var frame = new byte[24];
        Array.Fill(frame, level);
        return frame;
    }
}
