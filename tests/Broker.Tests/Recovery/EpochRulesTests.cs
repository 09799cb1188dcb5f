using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using Xunit;

namespace RenderFarm.Broker.Tests.Recovery;

public sealed class EpochRulesTests
{
    [Theory]
    [InlineData("", 0, 0, null, 0, 0, null, 0, nameof(EpochVerdict.First))]
    [InlineData("", 0, 0, "a", 1, 0, null, 0, nameof(EpochVerdict.Empty))]
    [InlineData("", 0, 0, null, 0, 0, "a", 5, nameof(EpochVerdict.Empty))]
    [InlineData("a", 1, 9, "a", 1, 7, null, 0, nameof(EpochVerdict.Sound))]
    [InlineData("a", 1, 9, "a", 1, 9, "a", 9, nameof(EpochVerdict.Sound))]
    [InlineData("a", 1, 9, null, 0, 0, null, 0, nameof(EpochVerdict.Unwritten))]
    [InlineData("a", 1, 6, "a", 1, 7, null, 0, nameof(EpochVerdict.Older))]
    [InlineData("a", 1, 8, "a", 1, 7, "a", 9, nameof(EpochVerdict.Older))]
    [InlineData("a", 1, 99, "b", 2, 7, null, 0, nameof(EpochVerdict.Older))]
    [InlineData("b", 2, 3, "b", 2, 0, "a", 99, nameof(EpochVerdict.Sound))]
    [InlineData("x", 1, 99, "a", 1, 7, null, 0, nameof(EpochVerdict.Foreign))]
    [InlineData("x", 1, 99, null, 0, 0, "a", 7, nameof(EpochVerdict.Foreign))]
    public void Judge_WhatIsSeenKeptAndTrusted_TellsALossFromNone(
        string seen,
        int seenNumber,
        long seenCount,
        string? kept,
        int keptNumber,
        long keptCount,
        string? trusted,
        long trustedCount,
        string expected)
    {
        var verdict = EpochRules.Judge(
            new StoreMark(seen, seenNumber, IsReady: true, seenCount),
            kept is null ? null : new EpochRecord
            {
                EpochId = kept,
                EpochNumber = keptNumber,
                BeganAt = Films.Noon,
                Reason = "",
                CommitCount = keptCount,
            },
            trusted is null ? null : new StoreMark(trusted, 1, IsReady: true, trustedCount));

        Assert.Equal(expected, verdict.ToString());
    }

    [Fact]
    public void Check_CountBelowOneSeenBefore_Throws()
    {
        var trust = new StoreTrust();
        trust.Adopt(new StoreMark("a", 1, IsReady: true, 5));
        var before = trust.Current;
        trust.Check(before, "a", 9, isCommit: true);

        // An answer that was overtaken by another one is no loss.
        trust.Check(before, "a", 7, isCommit: true);

        Assert.Equal(9, trust.Current!.CommitCount);
        Assert.Throws<StoreForgotException>(
            () => trust.Check(trust.Current, "a", 9, isCommit: true));
        Assert.Throws<StoreForgotException>(
            () => trust.Check(trust.Current, "a", 8, isCommit: false));
        Assert.Throws<StoreForgotException>(
            () => trust.Check(trust.Current, "b", 10, isCommit: false));
    }
}
