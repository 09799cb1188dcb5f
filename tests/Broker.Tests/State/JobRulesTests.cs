using System.Text.Json;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;
using Xunit;

namespace RenderFarm.Broker.Tests.State;

public sealed class JobRulesTests
{
    /// <summary>Every transition that is listed, for a job with one shot left.</summary>
    private static readonly (string From, string Event, string To)[] Listed =
    [
        ("rendering", "ShotDone", "rendering"),
        ("rendering", "ShotLost", "failed"),
        ("rendering", "ShotsMissed", "rendering"),
        ("rendering", "PauseAsked", "paused"),
        ("rendering", "CancelAsked", "canceled"),
        ("paused", "ShotDone", "paused"),
        ("paused", "ShotLost", "failed"),
        ("paused", "ShotsMissed", "paused"),
        ("paused", "ResumeAsked", "rendering"),
        ("paused", "CancelAsked", "canceled"),
        ("rendering", "EndedBefore", "failed"),
        ("stitching", "EndedBefore", "failed"),
        ("paused", "EndedBefore", "failed"),
        ("stitching", "ReelOverdue", "stitching"),
        ("stitching", "ReelDone", "completed"),
        ("stitching", "ReelLost", "stitching"),
        ("stitching", "CancelAsked", "canceled"),
        ("failed", "ShotsEnded", "failed"),
        ("canceled", "ShotsEnded", "canceled"),
    ];

    private static readonly (string From, string Event)[] Repeatable =
    [
        ("stitching", "CutWritten"),
        ("completed", "ReelDone"),
        ("canceled", "CancelAsked"),
        ("paused", "PauseAsked"),
        ("rendering", "ResumeAsked"),
    ];

    public static TheoryData<string, string> EveryPair()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var status in Enum.GetValues<JobStatus>())
        {
            foreach (var what in Events())
            {
                pairs.Add(JobRules.Word(status), what.Name);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(EveryPair))]
    public void T_StatusAndEvent_GoesWhereTheListSays(string from, string what)
    {
        var job = Films.Job(Enum.Parse<JobStatus>(from, ignoreCase: true));
        var happening = Events().Single(e => e.Name == what);
        var to = Listed.SingleOrDefault(l => l.From == from && l.Event == what).To;
        var expected = to is not null ? Verdict.Applied
            : Repeatable.Contains((from, what)) ? Verdict.Repeated : Verdict.Refused;

        var ruling = Apply(job, happening);

        Assert.Equal(expected, ruling.Verdict);
        Assert.Equal(to ?? from, JobRules.Word(ruling.Job.Status));
        Assert.True(expected == Verdict.Applied || ruling.Outgoing.Count == 0);
    }

    [Fact]
    public void T_CutWrittenWithNothingLeft_AsksForTheReelOnce()
    {
        var first = Apply(Films.Job(leftCount: 0), new JobEvent.CutWritten("cut"));
        var second = Apply(first.Job, new JobEvent.CutWritten("cut"));

        Assert.Equal(OutgoingKind.Stitch, Assert.Single(first.Outgoing).Kind);
        Assert.Equal(JobStatus.Stitching, first.Job.Status);
        Assert.Equal(Verdict.Repeated, second.Verdict);
        Assert.Empty(second.Outgoing);
    }

    [Fact]
    public void T_ShotDoneWithNothingLeft_IsRefused()
    {
        var ruling = Apply(Films.Job(leftCount: 0), new JobEvent.ShotDone(Cached: false));

        Assert.Equal(Verdict.Refused, ruling.Verdict);
    }

    [Fact]
    public void T_PausedWithNothingLeft_IsJoinedOnlyOnceResumed()
    {
        var paused = Films.Job(JobStatus.Paused, leftCount: 0);

        Assert.False(paused.CanBeStitched);
        Assert.Equal(Verdict.Refused, Apply(paused, new JobEvent.CutWritten("cut")).Verdict);
        Assert.True(Apply(paused, new JobEvent.ResumeAsked()).Job.CanBeStitched);
    }

    [Fact]
    public void T_MoreShotsMissedThanLeft_IsRefused() =>
        Assert.Equal(
            Verdict.Refused, Apply(Films.Job(), new JobEvent.ShotsMissed(2)).Verdict);

    [Fact]
    public void T_ReelOfAnotherRevision_IsRefused()
    {
        var ruling = Apply(
            Films.Job(JobStatus.Stitching), new JobEvent.ReelDone(2, Files("https://x/")));

        Assert.Equal(Verdict.Refused, ruling.Verdict);
    }

    [Fact]
    public void T_ThirdReelFailure_FailsTheJob()
    {
        var job = Films.Job(JobStatus.Stitching) with { ReelFailureCount = 2 };

        var ruling = Apply(job, new JobEvent.ReelLost(1, 2, "cut", "why", Permanent: false));

        Assert.Equal(JobStatus.Failed, ruling.Job.Status);
    }

    [Fact]
    public void T_SameReelFailureTwice_CountsOnce()
    {
        var what = new JobEvent.ReelLost(1, 0, "cut", "why", Permanent: false);

        var once = Apply(Films.Job(JobStatus.Stitching), what);
        var twice = Apply(once.Job, what);

        Assert.Equal(Verdict.Repeated, twice.Verdict);
        Assert.Equal(1, once.Job.ReelFailureCount);
    }

    [Fact]
    public void T_OverdueReelSeenByTwoBrokers_IsAskedForOnce()
    {
        var what = new JobEvent.ReelOverdue("cut", Films.Noon);

        var once = JobRules.Apply(
            Films.Job(JobStatus.Stitching), what, Films.Limits, Films.Noon.AddMinutes(10));
        var twice = Apply(once.Job, what);

        Assert.Single(once.Outgoing);
        Assert.Equal(Verdict.Repeated, twice.Verdict);
    }

    [Fact]
    public void T_PermanentReelFailure_FailsTheJobAtOnce()
    {
        var ruling = Apply(
            Films.Job(JobStatus.Stitching),
            new JobEvent.ReelLost(1, 0, "cut", "why", Permanent: true));

        Assert.Equal(JobStatus.Failed, ruling.Job.Status);
    }

    [Fact]
    public void T_ReelDone_TellsUrlsAndKeepsNone()
    {
        var ruling = Apply(
            Films.Job(JobStatus.Stitching), new JobEvent.ReelDone(1, Files("https://x/")));

        Assert.Contains("https://x/", ruling.Outgoing[0].Body, StringComparison.Ordinal);
        Assert.Null(ruling.Job.Files!.Reel.Url);
    }

    [Fact]
    public void Event_OfAJob_BearsTheNextSequenceNumber()
    {
        var ruling = Apply(Films.Job() with { Sequence = 6 }, new JobEvent.CancelAsked());

        using var json = JsonDocument.Parse(ruling.Outgoing[0].Body);
        Assert.Equal(7, json.RootElement.GetProperty("sequence").GetInt64());
        Assert.Equal(7, ruling.Job.Sequence);
        Assert.Equal("job.studio.job-1.JobCanceled", ruling.Outgoing[0].Address);
    }

    private static Ruling Apply(JobState job, JobEvent what) =>
        JobRules.Apply(job, what, Films.Limits, Films.Noon);

    private static FilmFiles Files(string url)
    {
        var file = new FilmFile { ObjectKey = "key", Url = url };
        return new FilmFiles { Reel = file, ContactSheet = file, Timeline = file, Report = file };
    }

    private static JobEvent[] Events() =>
    [
        new JobEvent.ShotDone(Cached: false),
        new JobEvent.ShotLost("shot-1", "why"),
        new JobEvent.ShotsMissed(1),
        new JobEvent.PauseAsked(),
        new JobEvent.ResumeAsked(),
        new JobEvent.CutWritten("cut"),
        new JobEvent.ReelOverdue("cut", Films.Noon),
        new JobEvent.ReelDone(1, Files("https://x/")),
        new JobEvent.ReelLost(1, 0, "cut", "why", Permanent: false),
        new JobEvent.CancelAsked(),
        new JobEvent.EndedBefore(JobStatus.Failed, "why", Films.Noon),
        new JobEvent.ShotsEnded(),
    ];
}
