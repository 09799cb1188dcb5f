using RenderFarm.Broker.State;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.State;

/// <summary>Who gets a shot, and who is to wait.</summary>
public sealed class ShotClaimTests
{
    [Fact]
    public void Claim_ByAWorkerThatFailedIt_PassesItOverWhileOthersLive()
    {
        var ready = Films.Shot(ShotStatus.Ready) with { FailedWorkerIds = ["worker-1"] };

        var passed = Apply(ready, Claim(othersAreLive: true));
        var alone = Apply(ready, Claim(othersAreLive: false));
        var patient = Apply(ready with { PassedOverCount = 5 }, Claim(othersAreLive: true));

        Assert.Equal(ShotStatus.Delayed, passed.Shots[0].Status);
        Assert.Equal(0, passed.Shots[0].AttemptCount);
        Assert.Equal(ShotStatus.Leased, alone.Shots[0].Status);
        Assert.Equal(ShotStatus.Leased, patient.Shots[0].Status);
    }

    [Theory]
    [InlineData(true, 60, 2)]
    [InlineData(false, 60, 60)]
    [InlineData(false, 0, 2)]
    public void Claim_ByAWorkerSetAside_PutsTheShotOff(
        bool othersAreLive, int restInSeconds, int waitInSeconds)
    {
        var claim = Claim(othersAreLive) with
        {
            RestUntil = Films.Noon + TimeSpan.FromSeconds(restInSeconds),
        };

        var shot = Apply(Films.Shot(ShotStatus.Ready), claim).Shots[0];

        Assert.Equal(Films.Noon + TimeSpan.FromSeconds(waitInSeconds), shot.NotBefore);
        Assert.Equal((0, 0), (shot.AttemptCount, shot.PassedOverCount));
    }

    [Fact]
    public void Claim_ByAWorkerThatIsTooSmall_IsNeverGranted()
    {
        var patient = Films.Shot(ShotStatus.Ready) with { PassedOverCount = 5 };

        var shot = Apply(
            patient, Claim(othersAreLive: false) with { Fit = WorkerFit.Small }).Shots[0];

        Assert.Equal((ShotStatus.Delayed, 5), (shot.Status, shot.PassedOverCount));
    }

    [Theory]
    [InlineData(4, ShotStatus.Delayed)]
    [InlineData(5, ShotStatus.Leased)]
    public void Claim_ByASlowWorker_IsPassedOverFiveTimes(int count, ShotStatus expected)
    {
        var ready = Films.Shot(ShotStatus.Ready) with { PassedOverCount = count };

        var ruling = Apply(ready, Claim(othersAreLive: false) with { Fit = WorkerFit.Slow });

        Assert.Equal(expected, ruling.Shots[0].Status);
    }

    private static Ruling Apply(ShotState shot, ShotEvent what) =>
        ShotRules.Apply(new ShotView(Films.Job(), shot, []), what, Films.Limits, Films.Noon);

    private static ShotEvent.Claimed Claim(bool othersAreLive) =>
        new("dispatch-1", "attempt-1", "worker-1", othersAreLive);
}
