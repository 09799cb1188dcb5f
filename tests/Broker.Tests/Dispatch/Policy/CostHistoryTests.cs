using RenderFarm.Broker.Dispatch.Policy;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch.Policy;

public sealed class CostHistoryTests
{
    [Fact]
    public void Quantile_NothingKnown_IsNull() => Assert.Null(new CostHistory().Quantile(0.5));

    [Fact]
    public void Quantile_HundredTimes_IsRightToATenth()
    {
        var history = new CostHistory();
        for (var seconds = 1; seconds <= 100; seconds++)
        {
            history.Add(seconds);
        }

        Assert.InRange(history.Quantile(0.5)!.Value, 45, 55);
        Assert.InRange(history.Quantile(0.9)!.Value, 81, 99);
    }

    [Fact]
    public void Add_FarmBecameTwiceAsFast_ForgetsTheOldTimes()
    {
        var history = new CostHistory();
        for (var i = 0; i < 10_000; i++)
        {
            history.Add(2);
        }

        for (var i = 0; i < 5_000; i++)
        {
            history.Add(1);
        }

        Assert.InRange(history.Quantile(0.5)!.Value, 0.95, 1.05);
        Assert.InRange(history.Count, 2000, 4096);
    }

    [Fact]
    public void Counts_MadeAnew_SayTheSame()
    {
        var history = new CostHistory();
        history.Add(0.25);
        history.Add(700);

        Assert.Equal(history.Quantile(0.9), new CostHistory(history.Counts).Quantile(0.9));
    }
}
