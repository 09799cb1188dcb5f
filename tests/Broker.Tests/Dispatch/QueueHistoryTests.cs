using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Broker.State;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

public sealed class QueueHistoryTests
{
    [Theory]
    [InlineData(24, 10, true)]
    [InlineData(16, 10, true)] // with less memory all the more
    [InlineData(24, 9, false)] // a smaller shot may fit
    [InlineData(40, 10, false)]
    [InlineData(0, 10, false)]
    public void IsTooLarge_ShotRanOutOnce_HoldsForItAndLargerOnes(
        int memoryGib, double footprint, bool expected) =>
        Assert.Equal(expected, RanOut(24, 10).IsTooLarge(memoryGib, footprint));

    [Fact]
    public void IsTooLarge_RenderedThereAfterAll_IsForgiven()
    {
        var history = RanOut(24, 10).Plus(new QueueHistory
        {
            Fitted = new Dictionary<int, double> { [16] = 12 },
        });

        Assert.False(history.IsTooLarge(24, 11));
        Assert.True(history.IsTooLarge(24, 13));
    }

    [Fact]
    public void Plus_KeptAndRead_JoinsWhatBothKnow()
    {
        var one = RanOut(24, 10).Plus(Took("L4", 4));
        var other = RanOut(24, 8).Plus(Took("L4", 2)).Plus(Took("H200", 1));

        var sum = StateRecords.State<QueueHistory>(
            new StoredRecord(StateRecords.Write(one.Plus(other)), 1));

        Assert.Equal((3.0, 1.0), (sum.Kinds["L4"].OfWork, sum.Kinds["H200"].OfWork));
        Assert.Equal((3.0, 8.0), (sum.All.Count, sum.TooLarge[24]));
    }

    [Fact]
    public void Plus_MoreKindsThanAFarmHas_AreCountedTogether()
    {
        var history = Enumerable.Range(0, 200).Aggregate(
            new QueueHistory(), (sum, number) => sum.Plus(Took($"made-up-{number}", 1)));

        Assert.InRange(history.Kinds.Count, 64, 65);
        Assert.Equal(200, history.All.Count);
    }

    private static QueueHistory RanOut(int memoryGib, double footprint) =>
        new() { TooLarge = new Dictionary<int, double> { [memoryGib] = footprint } };

    private static QueueHistory Took(string gpu, double seconds) => new()
    {
        Kinds = new Dictionary<string, CostHistory>
        {
            [gpu] = new CostHistory().Plus(seconds, work: 1, frameCount: 1),
        },
    };
}
