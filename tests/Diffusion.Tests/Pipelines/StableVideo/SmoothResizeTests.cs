using RenderFarm.Diffusion.Pipelines.StableVideo;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.StableVideo;

public sealed class SmoothResizeTests
{
    [Fact]
    public void Plane_SameSize_StaysAsItIs()
    {
        float[] plane = [1, -2, 3, 0.5f, 7, -1, 0, 2, 4];
        var square = new float[9];

        SmoothResize.Plane(plane, 3, 3, square, 3);

        Assert.Equal(plane, square);
    }

    [Theory]
    [InlineData(31, 9, 4)]
    [InlineData(2, 3, 8)]
    public void Plane_OfOneColour_StaysOfIt(int width, int height, int size)
    {
        var square = new float[size * size];

        SmoothResize.Plane(
            [.. Enumerable.Repeat(0.25f, width * height)], width, height, square, size);

        Assert.All(square, value => Assert.Equal(0.25, value, 1e-6));
    }

    [Fact]
    public void Plane_FinestStripesMadeSmaller_BecomeGrey()
    {
        var square = new float[64];

        SmoothResize.Plane(
            [.. Enumerable.Range(0, 64 * 8).Select(i => i % 2 == 0 ? 1f : -1f)], 64, 8, square, 8);

        Assert.All(square, value => Assert.InRange(value, -0.02, 0.02));
    }
}
