using RenderFarm.Broker.State;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.State;

public sealed class ShotPausesTests
{
    private static readonly ShotState Asked =
        Films.Shot(ShotStatus.Leased) with { HoldAsked = true };

    [Fact]
    public void T_LeasedAndHeldByItsOwner_IsHeldOnceHandedBack()
    {
        var asked = Apply(Films.Shot(ShotStatus.Leased), new ShotEvent.HoldAsked());
        var back = Apply(asked.Shots[0], new ShotEvent.HandedBack("attempt-1"));

        Assert.Equal(ShotStatus.Leased, asked.Shots[0].Status);
        Assert.Equal(ShotStatus.Held, back.Shots[0].Status);
        Assert.Equal((false, 0), (back.Shots[0].HoldAsked, back.Shots[0].FailureCount));
    }

    [Theory]
    [InlineData(RenderError.BadFrames)]
    [InlineData(RenderError.StoreTrouble)]
    [InlineData(RenderError.LeaseExpired)]
    public void T_LeasedAndHeldByItsOwnerButFails_IsHeldAndCharged(RenderError error)
    {
        var shot = Apply(Asked, new ShotEvent.AttemptFailed("attempt-1", error, "why")).Shots[0];

        Assert.Equal(ShotStatus.Held, shot.Status);
        Assert.Equal(1, shot.FailureCount + shot.TroubleCount);
    }

    [Fact]
    public void T_LeasedAndHeldByItsOwnerButDone_IsRendered()
    {
        var clip = Films.Clip(Films.RenderKey("job-1", 0), "attempt-1");

        var shot = Apply(Asked, new ShotEvent.ClipAccepted(clip)).Shots[0];

        Assert.Equal((ShotStatus.Rendered, false), (shot.Status, shot.HoldAsked));
    }

    [Fact]
    public void T_HoldTakenBack_LeavesTheWorkerItsShot()
    {
        var shot = Apply(Asked, new ShotEvent.ReleaseAsked()).Shots[0];

        Assert.Equal((ShotStatus.Leased, false), (shot.Status, shot.HoldAsked));
        Assert.Equal(
            ShotStatus.Ready, Apply(shot, new ShotEvent.HandedBack("attempt-1")).Shots[0].Status);
    }

    [Fact]
    public void T_HoldAndRelease_TellClientsOfTheShot()
    {
        var held = Apply(Films.Shot(ShotStatus.Ready), new ShotEvent.HoldAsked());
        var released = Apply(held.Shots[0], new ShotEvent.ReleaseAsked());

        Assert.EndsWith(nameof(JobPaused), held.Outgoing[0].Address, StringComparison.Ordinal);
        Assert.Contains("shot-1", held.Outgoing[0].Body, StringComparison.Ordinal);
        Assert.EndsWith(
            nameof(JobResumed), released.Outgoing[0].Address, StringComparison.Ordinal);
    }

    [Fact]
    public void T_HeldWhileItsUpstreamIsRendered_IsReadyOnceReleased()
    {
        var waiting = Films.Shot(ShotStatus.Waiting) with { ShotIndex = 1 };
        var held = Apply(waiting, new ShotEvent.HoldAsked()).Shots[0];
        var early = Apply(held, new ShotEvent.ReleaseAsked()).Shots[0];
        var clip = Films.Clip(Films.RenderKey("job-1", 0), "attempt-1");
        var view = new ShotView(Films.Job(leftCount: 2), Films.Shot(ShotStatus.Leased), [held]);

        var met = ShotRules.Apply(
            view, new ShotEvent.ClipAccepted(clip), Films.Limits, Films.Noon).Shots[1];

        Assert.Equal(ShotStatus.Waiting, early.Status);
        Assert.Equal((ShotStatus.Held, 0), (met.Status, met.UnmetCount));
        Assert.Equal(
            ShotStatus.Ready, Apply(met, new ShotEvent.ReleaseAsked()).Shots[0].Status);
    }

    [Theory]
    [InlineData(ShotStatus.Waiting)]
    [InlineData(ShotStatus.Ready)]
    [InlineData(ShotStatus.Leased)]
    [InlineData(ShotStatus.Delayed)]
    [InlineData(ShotStatus.Held)]
    public void T_CanceledInAFilmThatGoesOn_EndsTheShotAndNotTheJob(ShotStatus status)
    {
        var ruling = Apply(
            Films.Shot(status),
            new ShotEvent.CancelAsked(),
            Films.Job() with { OnFailedShot = FailedShotRule.Card });

        Assert.Equal(ShotStatus.Canceled, ruling.Shots[0].Status);
        Assert.Null(ruling.Shots[0].Attempt);
        Assert.Equal(
            (JobStatus.Rendering, 0, 1),
            (ruling.Job.Status, ruling.Job.LeftCount, ruling.Job.MissingCount));
    }

    [Theory]
    [InlineData(ShotStatus.Rendered)]
    [InlineData(ShotStatus.Failed)]
    public void T_CanceledAfterItsEnd_IsRefused(ShotStatus status) =>
        Assert.Equal(
            Verdict.Refused,
            Apply(
                Films.Shot(status),
                new ShotEvent.CancelAsked(),
                Films.Job() with { OnFailedShot = FailedShotRule.Card }).Verdict);

    private static Ruling Apply(ShotState shot, ShotEvent what, JobState? job = null) =>
        ShotRules.Apply(
            new ShotView(job ?? Films.Job(), shot, []), what, Films.Limits, Films.Noon);
}
