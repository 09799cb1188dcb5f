using RenderFarm.Broker.Dispatch.Policy;
using Xunit;
using static RenderFarm.Broker.Tests.Dispatch.Policy.Boards;

namespace RenderFarm.Broker.Tests.Dispatch.Policy;

public sealed class SpeculationTests
{
    [Theory]
    [InlineData(50, 1.0, true)] // the last shot, on a worker with 50 s to go; 10 s here
    [InlineData(13, 1.0, false)] // too little to be gained
    [InlineData(50, 0.2, false)] // as slow here
    public void Choose_LastShot_IsStartedTwiceWhereItGains(
        double expected, double speed, bool isStarted)
    {
        var attempt = Attempt(expected, leftCount: 1);

        var chosen = Speculation.Choose([attempt], Worker(Small, speed: speed), Noon);

        Assert.Equal(isStarted ? attempt : null, chosen);
    }

    [Fact]
    public void Choose_MiddleOfTheFilm_IsLeftAlone() =>
        Assert.Null(Speculation.Choose([Attempt(500, leftCount: 60)], Worker(Small), Noon));

    [Fact]
    public void Choose_OthersWaitForIt_IsStartedTwiceWhereverItIs() =>
        Assert.NotNull(Speculation.Choose(
            [Attempt(500, leftCount: 60, chainCost: 30)], Worker(Small), Noon));

    [Theory]
    [InlineData(40, 60)]
    [InlineData(120, 0)]
    [InlineData(200, 100)]
    public void RemainingSeconds_Straggler_NeedsHalfAsLongAgain(double elapsed, double remaining)
    {
        var attempt = Attempt(100, leftCount: 1);

        Assert.Equal(
            remaining, Speculation.RemainingSeconds(attempt, Noon.AddSeconds(elapsed)), 0.001);
    }

    private static RunningAttempt Attempt(
        double expected, int leftCount, double? chainCost = null) => new()
        {
            Shot = Shot("job", chainCost: chainCost),
            StartedAt = Noon,
            ExpectedSeconds = expected,
            JobLeftCount = leftCount,
            JobShotCount = 100,
        };
}
