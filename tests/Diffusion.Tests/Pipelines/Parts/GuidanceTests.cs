using RenderFarm.Diffusion.Pipelines.Parts;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Parts;

public sealed class GuidanceTests
{
    [Theory]
    [InlineData(7.5, 0.0, true)]
    [InlineData(7.5, 0.19, false)]
    [InlineData(7.5, 0.2, true)]
    [InlineData(7.5, 0.8, false)]
    [InlineData(1.0, 0.5, false)]
    public void IsOn_PartOfTheSteps_IsWithinTheInterval(double scale, double part, bool isOn)
    {
        var from = part == 0 ? 0 : 0.2;

        Assert.Equal(isOn, new Guidance(scale, 0, from, 0.8).IsOn(part));
    }

    [Fact]
    public void Mix_FullyRescaled_HasTheSpreadOfThePromptsPrediction()
    {
        float[] plain = [1, 2, 3, -4, 0.5f];
        float[] worded = [2, -1, 0.5f, 3, -2];
        var spread = Spread(worded);

        new Guidance(5, 1, 0, 1).Mix(plain, worded);

        Assert.Equal(spread, Spread(plain), 1e-5);
    }

    [Fact]
    public void Mix_NotRescaled_GoesFromTheOneThroughTheOther()
    {
        float[] mixed = [1, 2];

        new Guidance(3, 0, 0, 1).Mix(mixed, [2, 0]);

        Assert.Equal([4, -4], mixed);
    }

    private static double Spread(float[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)));
    }
}
