using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.State;

public sealed class ShotRulesTests
{
    /// <summary>
    /// Every transition that is listed: from, event, to. The shot holds dispatch-1 when ready and
    /// attempt-1 when leased, and so does every event.
    /// </summary>
    private static readonly (string From, string Event, string To)[] Listed =
    [
        ("waiting", "UpstreamRendered", "ready"),
        ("waiting", "ClipAccepted", "rendered"),
        ("waiting", "JobEnded", "canceled"),
        ("ready", "Claimed", "leased"),
        ("ready", "TicketExpired", "ready"),
        ("ready", "Readopted", "leased"),
        ("ready", "ClipAccepted", "rendered"),
        ("ready", "JobEnded", "canceled"),
        ("leased", "Renewed", "leased"),
        ("leased", "HandedBack", "ready"),
        ("leased", "AttemptFailed", "delayed"),
        ("leased", "LeaseExpired", "delayed"),
        ("leased", "ClipAccepted", "rendered"),
        ("leased", "JobEnded", "canceled"),
        ("delayed", "BecameDue", "ready"),
        ("delayed", "ClipAccepted", "rendered"),
        ("delayed", "JobEnded", "canceled"),
        ("waiting", "HoldAsked", "held"),
        ("ready", "HoldAsked", "held"),
        ("leased", "HoldAsked", "leased"),
        ("delayed", "HoldAsked", "held"),
        ("held", "ReleaseAsked", "ready"),
        ("held", "ClipAccepted", "rendered"),
        ("held", "JobEnded", "canceled"),
    ];

    /// <summary>What has happened already and is harmless to hear again.</summary>
    private static readonly (string From, string Event)[] Repeatable =
    [
        ("ready", "UpstreamRendered"),
        ("ready", "BecameDue"),
        ("leased", "Claimed"),
        ("leased", "UpstreamRendered"),
        ("delayed", "UpstreamRendered"),
        ("rendered", "UpstreamRendered"),
        ("rendered", "ClipAccepted"),
        ("rendered", "JobEnded"),
        ("failed", "UpstreamRendered"),
        ("failed", "JobEnded"),
        ("canceled", "UpstreamRendered"),
        ("canceled", "JobEnded"),
        ("canceled", "CancelAsked"),
        ("waiting", "ReleaseAsked"),
        ("ready", "ReleaseAsked"),
        ("leased", "ReleaseAsked"),
        ("delayed", "ReleaseAsked"),
        ("held", "HoldAsked"),
        ("held", "UpstreamRendered"),
    ];

    public static TheoryData<string, string> EveryPair()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var status in Enum.GetValues<ShotStatus>())
        {
            foreach (var what in Events())
            {
                pairs.Add(ShotRules.Word(status), what.Name);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(EveryPair))]
    public void T_StatusAndEvent_GoesWhereTheListSays(string from, string what)
    {
        var status = Enum.Parse<ShotStatus>(from, ignoreCase: true);
        var happening = Events().Single(e => e.Name == what);
        var job = Films.Job(what == "JobEnded" ? JobStatus.Canceled : JobStatus.Rendering);
        var to = Listed.SingleOrDefault(l => l.From == from && l.Event == what).To;
        var expected = to is not null ? Verdict.Applied
            : Repeatable.Contains((from, what)) ? Verdict.Repeated : Verdict.Refused;

        var ruling = Apply(Films.Shot(status), happening, job);

        Assert.Equal(expected, ruling.Verdict);
        Assert.Equal(to ?? from, ShotRules.Word(ruling.Shots[0].Status));
        Assert.True(expected == Verdict.Applied || ruling.Outgoing.Count == 0);
    }

    [Theory]
    [MemberData(nameof(EveryPair))]
    public void T_PausedJob_EndsWhatIsUnderWayAndBeginsNothing(string from, string what)
    {
        var shot = Films.Shot(Enum.Parse<ShotStatus>(from, ignoreCase: true));
        var happening = Events().Single(e => e.Name == what);
        var begins = what is "Dispatched" or "Claimed";
        var rendering = Apply(shot, happening);

        var paused = Apply(shot, happening, Films.Job(JobStatus.Paused));

        // A ticket that is claimed is given up, so that it blocks nobody else's.
        var givesUp = (from, what) == ("ready", "Claimed");
        var expected = givesUp || !begins ? rendering.Verdict : Verdict.Refused;
        Assert.Equal(expected, paused.Verdict);
        Assert.Equal(
            begins ? from : ShotRules.Word(rendering.Shots[0].Status),
            ShotRules.Word(paused.Shots[0].Status));
        Assert.True(!givesUp || paused.Shots[0].DispatchId is null);
    }

    [Theory]
    [InlineData(JobStatus.Stitching)]
    [InlineData(JobStatus.Completed)]
    [InlineData(JobStatus.Failed)]
    [InlineData(JobStatus.Canceled)]
    public void T_JobThatDoesNotRender_RefusesEveryClaim(JobStatus status)
    {
        var ruling = Apply(Films.Shot(ShotStatus.Ready), Claim(), Films.Job(status));

        Assert.Equal(Verdict.Refused, ruling.Verdict);
    }

    [Fact]
    public void T_ReadyWithoutTicketAndDispatched_SendsOneTicket()
    {
        var shot = Films.Shot(ShotStatus.Ready) with { DispatchId = null, DispatchedAt = null };

        var ruling = Apply(shot, new ShotEvent.Dispatched("dispatch-2"));

        var ticket = Assert.Single(ruling.Outgoing);
        Assert.Equal((OutgoingKind.Ticket, Films.Queue), (ticket.Kind, ticket.Address));
        Assert.Contains("dispatch-2", ticket.Body, StringComparison.Ordinal);
        Assert.Equal("dispatch-2", ruling.Shots[0].DispatchId);
    }

    [Fact]
    public void T_ReadyAndClaimedWithOldTicket_IsRefused()
    {
        var ruling = Apply(
            Films.Shot(ShotStatus.Ready),
            new ShotEvent.Claimed("dispatch-0", "attempt-1", "worker-1", OthersAreLive: false));

        Assert.Equal(Verdict.Refused, ruling.Verdict);
    }

    [Fact]
    public void T_LeasedAndOtherAttemptReports_IsRefused()
    {
        var leased = Films.Shot(ShotStatus.Leased);
        ShotEvent[] strange =
        [
            new ShotEvent.Renewed("attempt-0", AttemptStage.Rendering, 1, 4),
            new ShotEvent.AttemptFailed("attempt-0", RenderError.Unexpected, "why"),
            new ShotEvent.HandedBack("attempt-0"),
            new ShotEvent.LeaseExpired("attempt-0", 0),
        ];

        Assert.All(strange, e => Assert.Equal(Verdict.Refused, Apply(leased, e).Verdict));
    }

    [Fact]
    public void T_LeasedRenewedSinceItWasSeen_DoesNotExpire()
    {
        var leased = Films.Shot(ShotStatus.Leased);
        var renewed = leased with { Attempt = leased.Attempt! with { RenewalCount = 3 } };

        var ruling = Apply(renewed, new ShotEvent.LeaseExpired("attempt-1", 2));

        Assert.Equal(Verdict.Refused, ruling.Verdict);
    }

    [Fact]
    public void T_LeasedAndClipOfAnotherAttempt_IsRenderedByThatClip()
    {
        var clip = Films.Clip(Films.RenderKey("job-1", 0), "attempt-0");

        var ruling = Apply(Films.Shot(ShotStatus.Leased), new ShotEvent.ClipAccepted(clip));

        Assert.Equal("attempt-0", ruling.Shots[0].Clip!.AttemptId);
        Assert.Equal(0, ruling.Job.LeftCount);
    }

    [Fact]
    public void T_ClipOfAnotherRenderKey_IsRefused()
    {
        var clip = Films.Clip("another-key", "attempt-1");

        var ruling = Apply(Films.Shot(ShotStatus.Leased), new ShotEvent.ClipAccepted(clip));

        Assert.Equal(Verdict.Refused, ruling.Verdict);
    }

    [Fact]
    public void T_RenderedWithDependents_MakesThoseReadyThatWaitForNothingElse()
    {
        var one = Films.Shot(ShotStatus.Waiting) with { ShotIndex = 1, UnmetCount = 1 };
        var two = Films.Shot(ShotStatus.Waiting) with { ShotIndex = 2, UnmetCount = 2 };
        var view = new ShotView(
            Films.Job(leftCount: 3), Films.Shot(ShotStatus.Leased), [one, two]);

        var ruling = ShotRules.Apply(view, Accepted(), Films.Limits, Films.Noon);

        Assert.Equal(
            [ShotStatus.Rendered, ShotStatus.Ready, ShotStatus.Waiting],
            ruling.Shots.Select(s => s.Status));
        Assert.Equal(1, ruling.Shots[2].UnmetCount);
    }

    [Fact]
    public void T_HandedBack_ChargesNobody()
    {
        var ruling = Apply(Films.Shot(ShotStatus.Leased), new ShotEvent.HandedBack("attempt-1"));

        Assert.Equal(0, ruling.Shots[0].FailureCount);
        Assert.Empty(ruling.Shots[0].FailedWorkerIds);
        Assert.Null(ruling.Shots[0].DispatchId);
    }

    [Fact]
    public void T_DelayedBeforeItsMoment_StaysDelayed()
    {
        var delayed = Films.Shot(ShotStatus.Delayed) with
        {
            NotBefore = Films.Noon + TimeSpan.FromSeconds(1),
        };

        Assert.Equal(Verdict.Refused, Apply(delayed, new ShotEvent.BecameDue()).Verdict);
    }

    private static Ruling Apply(ShotState shot, ShotEvent what, JobState? job = null) =>
        ShotRules.Apply(
            new ShotView(job ?? Films.Job(), shot, []), what, Films.Limits, Films.Noon);

    private static ShotEvent.Claimed Claim(bool othersAreLive = false) =>
        new("dispatch-1", "attempt-1", "worker-1", othersAreLive);

    private static ShotEvent.AttemptFailed Failed(RenderError error) =>
        new("attempt-1", error, "why");

    private static ShotEvent.ClipAccepted Accepted() =>
        new(Films.Clip(Films.RenderKey("job-1", 0), "attempt-1"));

    private static ShotEvent[] Events() =>
    [
        new ShotEvent.Dispatched("dispatch-2"),
        Claim(),
        new ShotEvent.Renewed("attempt-1", AttemptStage.Rendering, 1, 4),
        new ShotEvent.Readopted(
            "attempt-1",
            2,
            "worker-1",
            Films.RenderKey("job-1", 0),
            AttemptStage.Rendering,
            1,
            4),
        Accepted(),
        Failed(RenderError.Unexpected),
        new ShotEvent.HandedBack("attempt-1"),
        new ShotEvent.LeaseExpired("attempt-1", 0),
        new ShotEvent.BecameDue(),
        new ShotEvent.TicketExpired("dispatch-1"),
        new ShotEvent.UpstreamRendered(),
        new ShotEvent.HoldAsked(),
        new ShotEvent.ReleaseAsked(),
        new ShotEvent.CancelAsked(),
        new ShotEvent.JobEnded(),
    ];
}
