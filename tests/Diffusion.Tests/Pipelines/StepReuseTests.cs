using RenderFarm.Diffusion.Pipelines;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines;

public sealed class StepReuseTests
{
    private const int CallCount = 10;

    [Fact]
    public void Pass_WithoutAThreshold_ComputesEveryCall() =>
        Assert.Equal("##########", Run(Of(0)));

    [Fact]
    public void Pass_WithAThresholdThatIsNeverReached_ComputesTheFirstAndTheLastCalls() =>
        Assert.Equal("##.......#", Run(Of(1)));

    // Predictions of 2 move by 0.1 a call, which is a twentieth of them.
    [Theory]
    [InlineData(0.12, "##..#..#.#")]
    [InlineData(0.07, "##.#.#.#.#")]
    [InlineData(0.04, "##########")]
    public void Pass_WithAThreshold_ComputesOnceGuessesReachIt(double threshold, string expected) =>
        Assert.Equal(expected, Run(Of(threshold)));

    [Fact]
    public void Pass_OfAQuarterOfAHundredCalls_ComputesItsFirstFifth() =>
        Assert.StartsWith("#####.", Run(Of(1, callCount: 25), 25), StringComparison.Ordinal);

    [Fact]
    public void Pass_WhereTheNetworkChanges_ComputesUntilItKnowsTheNewOne() =>
        Assert.Equal("##..##...#", Run(Of(1), kindOf: call => call < 4 ? 0 : 1));

    [Fact]
    public void Guess_OfACall_IsItsInputAndWhatTheLastOneWasChangedBy()
    {
        var reuse = Of(1);
        reuse.Learn(0, [1, 1], [3, 0]);
        reuse.Learn(0, [1.1f, 1], [3.1f, 0]);

        Assert.True(reuse.TryGuess(2, 0, [1.25f, 1], out var guess));

        Assert.Equal([3.25f, 0], guess.ToArray());
    }

    [Fact]
    public void Pass_WhoseInputsStandStill_ComputesWithoutARate()
    {
        var reuse = Of(1);
        reuse.Learn(0, [1, 1], [3, 0]);
        reuse.Learn(0, [1, 1], [3, 0]);

        Assert.False(reuse.TryGuess(2, 0, [1, 1], out _));
    }

    [Fact]
    public void Refusal_OfACallThatIsThenCancelled_LeavesWhatWasRemembered()
    {
        var (reuse, other) = (Of(0.12), Of(0.12));
        foreach (var one in (StepReuse[])[reuse, other])
        {
            Assert.Equal("##..", Run(one, 4));
        }

        Assert.False(reuse.TryGuess(4, 0, Input(4), out _));

        var (found, expected) = (reuse.Save()!, other.Save()!);
        Assert.Equal((expected.Rate, expected.Change), (found.Rate, found.Change));
        Assert.Equal(expected.Latest, found.Latest);
        Assert.Equal(expected.Input, found.Input);
    }

    [Fact]
    public void Save_BeforeTheFirstCall_IsNothing() => Assert.Null(Of(0.5).Save());

    private static StepReuse Of(double threshold, int callCount = CallCount) =>
        new(VideoRequests.Small with { ReuseThreshold = threshold }, length: 2, callCount);

    /// <summary># for every call that was computed, . for every one that was not.</summary>
    private static string Run(
        StepReuse reuse, int callCount = CallCount, Func<int, int>? kindOf = null)
    {
        var calls = "";
        for (var call = 0; call < callCount; call++)
        {
            var kind = kindOf?.Invoke(call) ?? 0;
            var isReused = reuse.TryGuess(call, kind, Input(call), out _);
            if (!isReused)
            {
                reuse.Learn(kind, Input(call), [1 + (call * 0.1f), 3 - (call * 0.1f)]);
            }

            calls += isReused ? '.' : '#';
        }

        return calls;
    }

    private static float[] Input(int call) => [call * 0.2f, -call * 0.2f];
}
