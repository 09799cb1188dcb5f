using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.State;

public sealed class ShotFailuresTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    [InlineData(4, 40)]
    public void T_NthFailure_WaitsTwiceAsLongAsTheOneBefore(int failureNumber, int seconds)
    {
        var leased = Films.Shot(ShotStatus.Leased) with { FailureCount = failureNumber - 1 };

        var ruling = Apply(leased, Failed(RenderError.LeaseExpired));

        Assert.Equal(Films.Noon + TimeSpan.FromSeconds(seconds), ruling.Shots[0].NotBefore);
    }

    [Fact]
    public void T_LongDelays_EndAtTheLongest()
    {
        var limits = Films.Limits with { AttemptLimit = 20 };
        var leased = Films.Shot(ShotStatus.Leased) with { FailureCount = 15 };
        var view = new ShotView(Films.Job(), leased, []);

        var ruling = ShotRules.Apply(
            view, Failed(RenderError.LeaseExpired), limits, Films.Noon);

        Assert.Equal(Films.Noon + limits.LongestDelay, ruling.Shots[0].NotBefore);
    }

    [Theory]
    [InlineData(RenderError.StoreTrouble)]
    [InlineData(RenderError.DiskFull)]
    public void T_TroubleOfTheFarm_CostsNoAttemptAndBlamesNobody(RenderError error)
    {
        var leased = Films.Shot(ShotStatus.Leased) with
        {
            FailureCount = 4,
            TroubleCount = 1,
            FailedWorkerIds = ["worker-2", "worker-3"],
        };

        var shot = Apply(leased, Failed(error)).Shots[0];

        Assert.Equal((4, 2), (shot.FailureCount, shot.TroubleCount));
        Assert.Equal(["worker-2", "worker-3"], shot.FailedWorkerIds);
        Assert.Equal(ShotStatus.Delayed, shot.Status);
        Assert.Equal(Films.Noon + TimeSpan.FromSeconds(10), shot.NotBefore);
    }

    [Fact]
    public void T_TroubleWithoutEnd_FailsShotAndJob()
    {
        var leased = Films.Shot(ShotStatus.Leased) with { TroubleCount = 19 };

        var ruling = Apply(leased, Failed(RenderError.StoreTrouble));

        Assert.Equal(ShotStatus.Failed, ruling.Shots[0].Status);
        Assert.Equal(JobStatus.Failed, ruling.Job.Status);
    }

    [Theory]
    [InlineData(RenderError.BadInput)]
    [InlineData(RenderError.BadModel)]
    public void T_HopelessFailure_FailsShotAndJobAtOnce(RenderError error)
    {
        var ruling = Apply(Films.Shot(ShotStatus.Leased), Failed(error));

        Assert.Equal(ShotStatus.Failed, ruling.Shots[0].Status);
        Assert.Equal(JobStatus.Failed, ruling.Job.Status);
        Assert.Equal(["ShotFailed", "JobFailed"], Types(ruling));
    }

    [Fact]
    public void T_FifthFailure_FailsShotAndJob()
    {
        var leased = Films.Shot(ShotStatus.Leased) with { FailureCount = 4 };

        var ruling = Apply(leased, Failed(RenderError.LeaseExpired));

        Assert.Equal(ShotStatus.Failed, ruling.Shots[0].Status);
        Assert.Equal(JobStatus.Failed, ruling.Job.Status);
    }

    [Fact]
    public void T_ThirdWorkerFails_FailsShotAndJob()
    {
        var leased = Films.Shot(ShotStatus.Leased) with
        {
            FailureCount = 2,
            FailedWorkerIds = ["worker-2", "worker-3"],
        };

        var ruling = Apply(leased, Failed(RenderError.DeviceLost));

        Assert.Equal(ShotStatus.Failed, ruling.Shots[0].Status);
    }

    [Fact]
    public void T_SilentWorkers_AreNotBlamed()
    {
        var leased = Films.Shot(ShotStatus.Leased) with
        {
            FailureCount = 2,
            FailedWorkerIds = ["worker-2", "worker-3"],
        };

        var ruling = Apply(leased, new ShotEvent.LeaseExpired("attempt-1", 0));

        Assert.Equal(ShotStatus.Delayed, ruling.Shots[0].Status);
        Assert.DoesNotContain("worker-1", ruling.Shots[0].FailedWorkerIds);
    }

    [Fact]
    public void T_WorkerFellSilent_IsPassedOverOnceOthersLive()
    {
        var silent = Apply(
            Films.Shot(ShotStatus.Leased), new ShotEvent.LeaseExpired("attempt-1", 0)).Shots[0];
        var ready = ShotRules.Ready(silent, Films.Noon) with { DispatchId = "dispatch-1" };

        var others = Apply(ready, Claim(othersAreLive: true));
        var alone = Apply(ready, Claim(othersAreLive: false));

        Assert.Equal(ShotStatus.Delayed, others.Shots[0].Status);
        Assert.Equal(ShotStatus.Leased, alone.Shots[0].Status);
    }

    private static Ruling Apply(ShotState shot, ShotEvent what) =>
        ShotRules.Apply(new ShotView(Films.Job(), shot, []), what, Films.Limits, Films.Noon);

    private static ShotEvent.Claimed Claim(bool othersAreLive) =>
        new("dispatch-1", "attempt-2", "worker-1", othersAreLive);

    private static ShotEvent.AttemptFailed Failed(RenderError error) =>
        new("attempt-1", error, "why");

    private static IEnumerable<string> Types(Ruling ruling) =>
        ruling.Outgoing.Select(o => o.Address[(o.Address.LastIndexOf('.') + 1)..]);
}
