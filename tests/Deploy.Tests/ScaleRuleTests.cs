using RenderFarm.Benchmarks.Scaled;
using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>What the chart's pool of six does, as KEDA and Kubernetes would have it.</summary>
public sealed class ScaleRuleTests
{
    private readonly ScalerTerms terms;
    private readonly ScaleRule rule;

    public ScaleRuleTests(RenderedChart chart)
    {
        terms = ScalerTerms.Read(
            chart.The("scale-to-zero", "ScaledObject", "-worker-l40s")["spec"]!, speed: 1);
        rule = new ScaleRule(terms);
    }

    [Fact]
    public void Terms_OfTheChart_AreRead()
    {
        Assert.Equal((0, 6, 120.0), (terms.Least, terms.Most, terms.SecondsPerWorker));
        Assert.Equal(TimeSpan.FromSeconds(300), terms.DownWindow);
        Assert.Equal(TimeSpan.FromSeconds(900), terms.Cooldown);
        var down = Assert.Single(terms.Down);
        Assert.Equal(new ScalePolicy(false, 1, TimeSpan.FromSeconds(60)), down);
    }

    [Fact]
    public void Pool_NothingToDo_StaysEmpty() => Assert.Equal(0, At(0, 0, 0));

    [Fact]
    public void Pool_MuchToDo_GrowsByFourInHalfAMinute()
    {
        Assert.Equal(1, At(0, 10_000, 0));
        Assert.Equal(5, At(15, 10_000, 1));
        Assert.Equal(5, At(30, 10_000, 5));
        Assert.Equal(6, At(46, 10_000, 5));
        Assert.Equal(6, At(120, 10_000, 6));
    }

    [Fact]
    public void Pool_AlmostOnTarget_StaysAsItIs()
    {
        Assert.Equal(4, At(0, 4.3 * 120, 4));
        Assert.Equal(5, At(15, 4.5 * 120, 4));
    }

    [Fact]
    public void Pool_LessToDo_ShrinksByOneAMinuteAfterTheWindow()
    {
        Assert.Equal(6, At(0, 720, 6));
        Assert.Equal(6, At(15, 120, 6));
        Assert.Equal(6, At(300, 120, 6));
        Assert.Equal(5, At(315, 120, 6));
        Assert.Equal(5, At(330, 120, 5));
        Assert.Equal(4, At(376, 120, 5));
    }

    [Fact]
    public void Pool_NothingForTheCooldown_IsEmptied()
    {
        Assert.Equal(2, At(0, 240, 2));
        Assert.Equal(1, At(899, 0, 1));
        Assert.Equal(0, At(900, 0, 1));
    }

    private int At(double second, double gpuSeconds, int count) =>
        rule.Next(TimeSpan.FromSeconds(second), gpuSeconds, count);
}
