using RenderFarm.Contracts.Reels;
using RenderFarm.Stitcher.Orders;
using Xunit;

namespace RenderFarm.Farm.Tests.Stitcher;

public sealed class OrderBookTests
{
    private readonly OrderBook orders = new();

    [Fact]
    public void TryAdd_InHandAlready_IsRefusedUntilItEnds()
    {
        Assert.True(orders.TryAdd(Order(1)));
        Assert.False(orders.TryAdd(Order(1)));

        orders.End(Order(1));

        Assert.True(orders.TryAdd(Order(1)));
    }

    [Fact]
    public void TryAdd_AnotherRevision_IsAnotherOrder()
    {
        Assert.True(orders.TryAdd(Order(1)));
        Assert.True(orders.TryAdd(Order(2)));
    }

    [Fact]
    public async Task TryAdd_TooManyWait_IsRefusedAndForgotten()
    {
        for (var revision = 1; revision <= OrderBook.Capacity; revision++)
        {
            Assert.True(orders.TryAdd(Order(revision)));
        }

        var late = Order(OrderBook.Capacity + 1);
        Assert.False(orders.TryAdd(late));
        await using var reader = orders.ReadAllAsync(default).GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());

        Assert.True(orders.TryAdd(late));
    }

    private static StitchReel Order(int revision) => new()
    {
        JobId = "job-1",
        TenantId = "test",
        Revision = revision,
        CutListKey = "t/test/jobs/job-1/r1/cut-list.json",
    };
}
