using RenderFarm.Broker.State;
using Xunit;

namespace RenderFarm.Broker.Tests.State;

public sealed class WorkerRulesTests
{
    private static readonly WorkerStanding Clean = new()
    {
        WorkerId = "worker-1",
        Queue = Films.Queue,
    };

    private static readonly WorkerStanding Resting = Clean with
    {
        FailureCount = 3,
        RestCount = 1,
        RestUntil = Films.Noon + TimeSpan.FromMinutes(1),
    };

    private static readonly WorkerStanding Rested = Resting with { RestUntil = Films.Noon };

    private static readonly WorkerStanding Tried = Rested with
    {
        Canary = new CanaryState("job-1", 0, "attempt-1"),
    };

    /// <summary>Every standing and event, and what comes of them.</summary>
    public static TheoryData<string, string, string> Table => new()
    {
        { "clean", "claim", "Repeated" },
        { "clean", "claim-while-out", "Repeated" },
        { "clean", "failure", "Applied" },
        { "clean", "commit", "Repeated" },
        { "resting", "claim", "Refused" },
        { "resting", "claim-while-out", "Refused" },
        { "resting", "failure", "Repeated" },
        { "resting", "commit", "Repeated" },
        { "rested", "claim", "Applied" },
        { "rested", "claim-while-out", "Refused" },
        { "rested", "failure", "Repeated" },
        { "rested", "commit", "Repeated" },
        { "tried", "claim", "Repeated" },
        { "tried", "claim-while-out", "Repeated" },
        { "tried", "failure", "Applied" },
        { "tried", "commit", "Applied" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void T_StandingAndEvent_GoesWhereTheListSays(
        string from, string what, string expected)
    {
        var standing = from switch
        {
            "resting" => Resting,
            "rested" => Rested,
            "tried" => Tried,
            _ => Clean,
        };

        var ruling = Apply(standing, Event(what, "attempt-1"));

        Assert.Equal(expected, ruling.Verdict.ToString());
        Assert.Equal(expected != "Applied", ReferenceEquals(standing, ruling.Standing));
    }

    [Theory]
    [InlineData("claim-while-out", "Refused")]
    [InlineData("claim", "Applied")]
    [InlineData("failure", "Repeated")]
    [InlineData("commit", "Repeated")]
    public void T_TriedWithAnotherAttempt_GoesByTheCanaryAlone(string what, string expected) =>
        Assert.Equal(expected, Apply(Tried, Event(what, "attempt-2")).Verdict.ToString());

    [Fact]
    public void T_ThreeFailuresInARow_SetTheWorkerAside()
    {
        var standing = Clean;
        for (var number = 1; number <= 3; number++)
        {
            Assert.False(standing.IsSetAside);
            standing = Apply(standing, Event("failure", $"attempt-{number}")).Standing;
        }

        Assert.Equal(Films.Noon + TimeSpan.FromMinutes(1), standing.RestUntil);
    }

    [Fact]
    public void T_ClipBetweenFailures_StartsTheRowAnew()
    {
        var two = Clean with { FailureCount = 2 };

        var after = Apply(two, Event("commit", "attempt-3")).Standing;

        Assert.True(after.IsClean);
        Assert.False(Apply(after, Event("failure", "attempt-4")).Standing.IsSetAside);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(4, 15)]
    [InlineData(50, 15)]
    public void T_FailedCanary_RestsTwiceAsLongUpToTheLongest(int restCount, int minutes)
    {
        var standing = Apply(
            Tried with { RestCount = restCount }, Event("failure", "attempt-1")).Standing;

        Assert.Equal(Films.Noon + TimeSpan.FromMinutes(minutes), standing.RestUntil);
        Assert.Null(standing.Canary);
    }

    [Fact]
    public void T_CanaryCommits_BringsTheWorkerBack() =>
        Assert.True(Apply(Tried, Event("commit", "attempt-1")).Standing.IsClean);

    private static WorkerRuling Apply(WorkerStanding standing, WorkerEvent what) =>
        WorkerRules.Apply(standing, what, Films.Limits, Films.Noon);

    private static WorkerEvent Event(string name, string attemptId) => name switch
    {
        "claim" => new WorkerEvent.Claimed(new CanaryState("job-1", 1, attemptId), false),
        "claim-while-out" => new WorkerEvent.Claimed(new CanaryState("job-1", 1, attemptId), true),
        "failure" => new WorkerEvent.Failed(attemptId),
        _ => new WorkerEvent.Committed(attemptId),
    };
}
