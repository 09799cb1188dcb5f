using Xunit;

namespace RenderFarm.Diffusion.Tests.Model;

public sealed class FrameCountGridTests
{
    private static readonly FrameCountGrid Grid =
        new() { Multiple = 4, Offset = 1, Minimum = 5, Maximum = 33 };

    [Theory]
    [InlineData(1, 5)]
    [InlineData(5, 5)]
    [InlineData(6, 9)]
    [InlineData(9, 9)]
    [InlineData(30, 33)]
    public void RoundUp_AnyCount_IsTheNextOfTheGrid(int asked, int made) =>
        Assert.Equal(made, Grid.RoundUp(asked));
}
