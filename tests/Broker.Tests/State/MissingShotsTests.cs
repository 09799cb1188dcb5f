using RenderFarm.Broker.State;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.State;

public sealed class MissingShotsTests
{
    private static readonly JobState GoesOn = Films.Job(leftCount: 4) with
    {
        OnFailedShot = FailedShotRule.Card,
        ShotCount = 5,
    };

    [Fact]
    public void T_HopelessFailure_EndsTheShotAndAllThatWaitForIt()
    {
        var ruling = Fail(GoesOn, Waiting(1), Waiting(2) with { Status = ShotStatus.Held });

        Assert.Equal(
            [ShotStatus.Failed, ShotStatus.Failed, ShotStatus.Failed],
            ruling.Shots.Select(s => s.Status));
        Assert.Equal(
            (JobStatus.Rendering, 1, 3),
            (ruling.Job.Status, ruling.Job.LeftCount, ruling.Job.MissingCount));
        Assert.Equal(
            ["ShotFailed", "ShotMissed", "ShotMissed", "ShotMissed"], Types(ruling));
        Assert.All(ruling.Shots, shot => Assert.NotNull(shot.Reason));
    }

    [Fact]
    public void T_ShotThatIsRenderedAlready_IsNotMissing()
    {
        var ruling = Fail(
            GoesOn, Waiting(1), Films.Shot(ShotStatus.Rendered) with { ShotIndex = 2 });

        Assert.Equal([0, 1], ruling.Shots.Select(s => s.ShotIndex));
        Assert.Equal(2, ruling.Job.LeftCount);
    }

    [Fact]
    public void T_LastShotMissing_LetsTheFilmBeJoined()
    {
        var ruling = Fail(GoesOn with { LeftCount = 1 });

        Assert.True(ruling.Job.CanBeStitched);
    }

    [Fact]
    public void T_EveryShotMissing_FailsTheJob()
    {
        var ruling = Fail(GoesOn with { ShotCount = 2, LeftCount = 2 }, Waiting(1));

        Assert.Equal(JobStatus.Failed, ruling.Job.Status);
        Assert.Equal(["ShotFailed", "ShotMissed", "ShotMissed", "JobFailed"], Types(ruling));
    }

    [Fact]
    public void T_FailureThatIsTriedAgain_MissesNothing()
    {
        var ruling = Apply(GoesOn, RenderError.BadFrames, [Waiting(1)]);

        Assert.Equal(ShotStatus.Delayed, Assert.Single(ruling.Shots).Status);
        Assert.Equal(4, ruling.Job.LeftCount);
    }

    [Fact]
    public void T_ClipOfAMissingShot_ComesTooLate()
    {
        var missing = Films.Shot(ShotStatus.Failed);
        var clip = Films.Clip(missing.RenderKey, "attempt-1");

        var ruling = ShotRules.Apply(
            new ShotView(GoesOn, missing, []),
            new ShotEvent.ClipAccepted(clip),
            Films.Limits,
            Films.Noon);

        Assert.Equal(Verdict.Refused, ruling.Verdict);
    }

    private static ShotState Waiting(int shotIndex) =>
        Films.Shot(ShotStatus.Waiting) with { ShotIndex = shotIndex };

    private static Ruling Fail(JobState job, params ShotState[] dependents) =>
        Apply(job, RenderError.BadInput, dependents);

    private static Ruling Apply(JobState job, RenderError error, ShotState[] dependents) =>
        ShotRules.Apply(
            new ShotView(job, Films.Shot(ShotStatus.Leased), dependents),
            new ShotEvent.AttemptFailed("attempt-1", error, "why"),
            Films.Limits,
            Films.Noon);

    private static IEnumerable<string> Types(Ruling ruling) =>
        ruling.Outgoing.Select(o => o.Address[(o.Address.LastIndexOf('.') + 1)..]);
}
