using RenderFarm.Diffusion.Pipelines;
using RenderFarm.Diffusion.Pipelines.Flipbook;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines;

public sealed class GivenLatentsTests
{
    [Fact]
    public void Pin_LastFrame_FillsItsPlaceInEveryChannelAndTheMask()
    {
        var given = new GivenLatents(new LatentShape(2, 3, 1, 2));

        given.Pin(2, [1, 2, 3, 4]);

        Assert.Equal([0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 3, 4], given.Values);
        Assert.Equal([0, 0, 0, 0, 1, 1], given.Mask);
        Assert.Equal(0, given.KnownCount);
    }

    [Fact]
    public void Pin_TwoFrames_FillsBothPlacesInEveryChannel()
    {
        var given = new GivenLatents(new LatentShape(2, 3, 1, 1));

        given.Pin(0, [1, 2, 3, 4]);

        Assert.Equal([1, 2, 0, 3, 4, 0], given.Values);
        Assert.Equal([1, 1, 0], given.Mask);
        Assert.Equal(2, given.KnownCount);
    }
}
