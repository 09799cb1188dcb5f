using RenderFarm.Broker.Dispatch.Policy;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch.Policy;

public sealed class ForecastTests
{
    private static readonly JobNeed TenShots = new()
    {
        Work = 100,
        ShotCount = 10,
        ChainCost = 10,
        ChainLength = 1,
        Spread = 2,
    };

    [Fact]
    public void Of_EmptyFarm_IsTheJobAlone()
    {
        var forecast = Forecast.Of(View(5, new TenantBacklog("a", 1, 100)), "a", 0, TenShots);

        // Nine shots flow through five workers, the tenth takes its own ten seconds.
        Assert.Equal(1, forecast.Position);
        Assert.Equal(28, forecast.P50.TotalSeconds, 0.001);
        Assert.True(forecast.P90 > forecast.P50);
    }

    [Fact]
    public void Of_OtherTenantWithMore_IsSharedWithByWeight()
    {
        var alike = View(1, new TenantBacklog("a", 1, 100), new TenantBacklog("b", 1, 10_000));
        var heavy = View(1, new TenantBacklog("a", 3, 100), new TenantBacklog("b", 1, 10_000));

        Assert.Equal(190, Forecast.Of(alike, "a", 0, TenShots).P50.TotalSeconds, 0.001);
        Assert.Equal(130, Forecast.Of(heavy, "a", 0, TenShots).P50.TotalSeconds, 0.001);
    }

    [Fact]
    public void Of_OtherTenantWithLess_WaitsForNoMoreThanThat()
    {
        var view = View(1, new TenantBacklog("a", 1, 100), new TenantBacklog("b", 1, 30));

        Assert.Equal(130, Forecast.Of(view, "a", 0, TenShots).P50.TotalSeconds, 0.001);
    }

    [Fact]
    public void Of_BetterClassWaits_ComesAfterItExceptForTheFloor()
    {
        var view = View(1, new TenantBacklog("a", 1, 100)) with { BetterWork = 1000, Floor = 0 };
        var withFloor = view with { Floor = 0.5 };

        Assert.Equal(1100, Forecast.Of(view, "a", 0, TenShots).P50.TotalSeconds, 0.001);
        Assert.Equal(190, Forecast.Of(withFloor, "a", 0, TenShots).P50.TotalSeconds, 0.001);
    }

    [Fact]
    public void Of_OwnJobsAhead_StandsBehindThem()
    {
        var forecast = Forecast.Of(View(1, new TenantBacklog("a", 1, 150)), "a", 50, TenShots);

        Assert.Equal(6, forecast.Position);
        Assert.Equal(150, forecast.P50.TotalSeconds, 0.001);
    }

    [Fact]
    public void Of_OneChain_IsAsLongAsTheChainHoweverManyWorkers()
    {
        var chain = TenShots with { ChainCost = 100, ChainLength = 10 };

        var forecast = Forecast.Of(View(50, new TenantBacklog("a", 1, 100)), "a", 0, chain);

        Assert.Equal(100, forecast.P50.TotalSeconds, 0.001);
    }

    private static QueueView View(int workerCount, params TenantBacklog[] backlogs) => new()
    {
        Capacity = workerCount,
        WorkerCount = workerCount,
        BetterWork = 0,
        Floor = 0,
        Backlogs = backlogs,
    };
}
