using System.Text.Json;
using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Contracts;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch.Policy;

public sealed class CostHistoryTests
{
    [Fact]
    public void History_NothingKnown_SaysNothing()
    {
        var history = new CostHistory();

        Assert.Equal(
            (null, null, null), (history.Quantile(0.5), history.OfWork, history.OfFrame));
    }

    [Fact]
    public void Quantile_HundredTimes_IsRightToATenth()
    {
        var history = new CostHistory();
        for (var seconds = 1; seconds <= 100; seconds++)
        {
            history = history.Plus(seconds, 1, 1);
        }

        Assert.InRange(history.Quantile(0.5)!.Value, 45, 55);
        Assert.InRange(history.Quantile(0.9)!.Value, 81, 99);
    }

    [Fact]
    public void Plus_ShotsOfUnlikeSizes_AveragesOverWorkAndFrames()
    {
        var history = new CostHistory().Plus(3, work: 2, frameCount: 10).Plus(9, 4, 20);

        Assert.Equal((2.0, 0.4), (history.OfWork, history.OfFrame));
    }

    [Fact]
    public void Plus_FarmBecameTwiceAsFast_ForgetsTheOldTimes()
    {
        var history = new CostHistory();
        for (var i = 0; i < 2000; i++)
        {
            history = history.Plus(2, 1, 1);
        }

        for (var i = 0; i < 4000; i++)
        {
            history = history.Plus(1, 1, 1);
        }

        Assert.InRange(history.Quantile(0.5)!.Value, 0.95, 1.05);
        Assert.InRange(history.OfWork!.Value, 1, 1.05);
        Assert.InRange(history.Count, 500, 1024);
    }

    [Fact]
    public void History_KeptAndRead_SaysTheSame()
    {
        var history = new CostHistory().Plus(0.25, 2, 17).Plus(700, 3, 34);

        var read = JsonSerializer.Deserialize<CostHistory>(
            JsonSerializer.Serialize(history, FarmJson.Options), FarmJson.Options)!;

        Assert.Equal(history.Quantile(0.9), read.Quantile(0.9));
        Assert.Equal((history.OfWork, history.OfFrame), (read.OfWork, read.OfFrame));
    }
}
